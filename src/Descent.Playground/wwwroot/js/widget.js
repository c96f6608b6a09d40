// What a widget declares; the host (host.js) does the rest: layout, transport, readout, address, export, keyboard, text alternatives.

/** @typedef {import("./state.js").Field} Field */
/** @typedef {import("./state.js").State} State */
/** @typedef {import("./draw/pen.js").Pen} Pen */
/** @typedef {import("./draw/plot.js").Style} Style */
/** @typedef {{ x: import("./draw/scale.js").Scale, y: import("./draw/scale.js").Scale, place: import("./draw/pen.js").Rectangle }} Frame */
/** The library's catalogue: methods, landscapes, schedules, with styles.
 * @typedef {any} Catalog */

/** @typedef {object} Context what a picture may know beside its model
 * @property {State} state
 * @property {Catalog} catalog
 * @property {(method: string) => Style} styleOf
 * @property {string | null} lit the run that the pointer or the focus is at
 * @property {(name: string | null) => void} light
 * @property {(changes: State) => void} set changes fields, as the controls do
 * @property {(step: number) => void} to moves the transport
 * @property {(more: Promise<void>) => void} later what the model will know after it is first shown; then it is shown again
 * @property {(job: AsyncIterable<number>) => void} long a job after the first picture that brings more of the model bit by bit and yields how far it is, 0 to 1; it has a progress bar and can be cancelled
 * @property {() => void} play from the start
 * @property {(method: string) => string} titleOf a method's name for people */

/** One picture.
 * @typedef {object} View
 * @property {string} id
 * @property {string} title
 * @property {number} height as a share of the width
 * @property {number} [tall] a height in pixels instead, for what has rows
 * @property {boolean} [half] two beside each other where there is room
 * @property {(context: Context, model: any) => boolean} [when]
 * @property {(pen: Pen, model: any, context: Context) => void} [ground] what does not change with the step; drawn once
 * @property {(context: Context, model: any) => any[]} [groundFor] all that the ground depends on, besides size and theme; it is drawn again when one of them is another. Without it every new model draws it again
 * @property {(pen: Pen, model: any, step: number, context: Context) => Frame | void} draw
 * @property {(model: any, step: number, context: Context) => string} describe the picture in a sentence
 * @property {(model: any, context: Context) => string} [note] beside the title
 * @property {(x: number, y: number, context: Context, model: any) => void} [pick] a press or a drag, in the units of the data
 * @property {(x: number, y: number, context: Context, model: any) => void} [hover] in the units of the data; NaN when the pointer leaves
 * @property {(dx: number, dy: number, context: Context) => void} [drag] a drag in pixels, for what turns
 * @property {(factor: number, context: Context) => void} [zoom]
 * @property {(dx: number, dy: number, context: Context, model: any) => void} [move] arrow keys, −1, 0 or 1; ten times that with Shift
 * @property {(context: Context) => void} [home] a double click */

/** @typedef {{ title: string, columns: string[], rows: (string | number)[][], runs?: { label: string, style: Style }[] }} Table numbers are shown short and written in full; `runs` says which run each row is of */

/** @typedef {object} Widget
 * @property {string} id in addresses
 * @property {string} title
 * @property {string} lead one or two sentences: what one sees here
 * @property {(catalog: Catalog) => Field[]} fields
 * @property {(context: Context) => Promise<any>} compute asks the library
 * @property {(model: any) => number} [last] how many steps the transport has; without it there is no transport
 * @property {(model: any, context: Context) => number} [first] where the transport stands after a new run; without it the place is kept
 * @property {View[]} views may be empty
 * @property {(context: Context) => { element: HTMLElement, below?: boolean, update: (model: any, step: number) => void }} [content] what is neither picture nor table, above the pictures or below the tables: made once, told of every new model and step
 * @property {(model: any, step: number, context: Context) => [string, any][]} [readout] a text, a number, or an array of numbers; "Status" is shown as one
 * @property {(model: any, step: number, context: Context) => { text: string, tone?: "warn" }} caption measured from the model
 * @property {(model: any, step: number, context: Context) => Table[]} [tables] shown under the pictures
 * @property {(model: any, context: Context) => Table} table all that was computed: one row per step
 * @property {(model: any, context: Context) => Promise<void>} [complete] asks for what files and the data table have and pictures do not; awaited before them
 * @property {(model: any, context: Context) => any} request what makes the same answer again, for the JSON file
 * @property {(model: any, context: Context) => Promise<string>} [code] C# that does the same
 * @property {(key: string, context: Context) => boolean} [keys] more keys; true when it was one */

export {};
