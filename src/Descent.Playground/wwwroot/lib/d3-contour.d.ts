export interface MultiPolygon { type: "MultiPolygon"; value: number; coordinates: [number, number][][][]; }
export interface Contours { (values: ArrayLike<number>): MultiPolygon[]; size(size: [number, number]): Contours; thresholds(levels: number[]): Contours; smooth(smooth: boolean): Contours; contour(values: ArrayLike<number>, level: number): MultiPolygon; }
export declare function contours(): Contours;
