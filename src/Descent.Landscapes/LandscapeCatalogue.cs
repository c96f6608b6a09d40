using Descent.Landscapes.Data;
using Descent.Landscapes.Networks;
using Descent.Landscapes.Surfaces;
using Descent.Text;

namespace Descent.Landscapes;

/// <summary>All landscapes by name: one row each.</summary>
public static class LandscapeCatalogue
{
    /// <summary>Made when they are first looked at: a page's first picture needs one of them.</summary>
    private static readonly Func<Landscape[]>[] Groups = [() => OneVariable.All, () => TwoVariables.All, () => [DataLandscapes.FourPoints, DataLandscapes.LineFit]];

    /// <summary>The landscapes, those of one variable first.</summary>
    public static IReadOnlyList<Landscape> All => field ??= [.. Groups.SelectMany(group => group())];

    /// <summary>The landscape of that name.</summary>
    /// <exception cref="DescentException">There is none; the message gives the nearest names.</exception>
    public static Landscape Find(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return First(landscape => landscape.Id == id)
            ?? First(landscape => landscape.Id.Equals(id, StringComparison.OrdinalIgnoreCase))
            ?? throw new DescentException($"There is no landscape '{Shown.Brief(id)}'; the nearest names are {NearestNames.Of(id, All.Select(landscape => landscape.Id))}.");
    }

    private static Landscape? First(Predicate<Landscape> isWanted)
    {
        foreach (var group in Groups)
        {
            if (Array.Find(group(), isWanted) is { } landscape)
            {
                return landscape;
            }
        }

        return null;
    }

    private static Landscape Of(string id, string title, string formula, string shows, Box box, double[] start, Func<IReadOnlyList<double>, Objective> create, params KnownPoint[] known) =>
        new(id, title, formula, shows, box, start, create) { Known = known };

    private static KnownPoint Minimum(double[] point, double value) => new(point, value, "minimum");

    private static KnownPoint Critical(double[] point, double value, string kind) => new(point, value, kind);

    private static class OneVariable
    {
        public static Landscape[] All { get; } =
        [
            Of("parabola1d", "Parabola", "(x-3)^2", "the rate 1 - 2·η per step, and the limit η = 1", new(-4, 10), [0], _ => new FunctionObjective<Parabola>(new(), 1), Minimum([3], 0)),
            Of("square1d", "Square", "x^2", "each step multiplies x by 1 - 2·η", new(-10, 10), [1], _ => new FunctionObjective<Square>(new(), 1), Minimum([0], 0)),
            Of("quartic1d", "Quartic with a flat point", "x^4-3x^3+2", "a stall on a flat point; η must stay below 0.0988 at the minimum", new(-1.5, 3.5), [-0.8], _ => new FunctionObjective<Quartic>(new(), 1), Minimum([2.25], -6.54296875), Critical([0], 2, "flat inflection")),
            Of("sharpflat1d", "Sharp pit and flat basin", "1.2-exp(-(x+2)^2/2)-1.1exp(-(x-2)^2/0.045)+0.02x^2", "noise leaves the sharp pit, not the flat basin", new(-6, 6), [2], _ => new FunctionObjective<SharpFlat>(new(), 1), Minimum([1.99834], 0.179597), Minimum([-1.92286], 0.276919)),
        ];
    }

    private static class TwoVariables
    {
        public static Landscape[] All { get; } =
        [
            Of("bowl", "Bowl", "x^2+y^2", "the straight way down, and divergence above η = 1", new(-5, 5, -5, 5), [-4, 3], _ => new FunctionObjective<Bowl>(new(), 2), Minimum([0, 0], 0)),
            new("kappabowl", "Elliptical bowl", "0.5(a x^2+b y^2)", "what the condition number κ = b/a costs", new(-10, 10, -6, 6), [-9, -4], constants => new FunctionObjective<KappaBowl>(new(constants[0], constants[1]), 2))
            {
                Constants = [new("a", "curvature along x", 1, 0.01, 100, true), new("b", "curvature along y; κ where a is 1", 20, 1, 1000, true)],
                Known = [Minimum([0, 0], 0)],
            },
            Of("ravine", "Ravine", "45x^2+0.1y^2", "zigzag between steep walls; κ = 450", new(-1.5, 1.5, -10, 10), [1, -8], _ => new FunctionObjective<Ravine>(new(), 2), Minimum([0, 0], 0)),
            Of("saddle", "Saddle", "x^2-y^2", "how long a method stays near a saddle; unbounded below", new(-3, 3, -3, 3), [-2, 1e-6], _ => new FunctionObjective<Saddle>(new(), 2), Critical([0, 0], 0, "saddle")),
            Of("doublewell", "Saddle between two wells", "x^2-y^2+y^4/4", "a saddle with somewhere to go", new(-3, 3, -2.5, 2.5), [-2, 1e-3], _ => new FunctionObjective<DoubleWell>(new(), 2), Minimum([0, Math.Sqrt(2)], -1), Minimum([0, -Math.Sqrt(2)], -1), Critical([0, 0], 0, "saddle")),
            Of("monkey", "Monkey saddle", "x^3-3x y^2", "a saddle whose Hessian is 0; unbounded below", new(-2, 2, -2, 2), [1, 0.5], _ => new FunctionObjective<MonkeySaddle>(new(), 2), Critical([0, 0], 0, "degenerate saddle")),
            new("rosenbrock", "Rosenbrock's valley", "(1-x)^2+b(y-x^2)^2", "a curved valley that is easy to find and hard to follow", new(-2, 2, -1, 3), [-1.2, 1], constants => new FunctionObjective<Rosenbrock>(new(constants[0]), 2))
            {
                Constants = [new("b", "steepness of the valley's walls", 100, 1, 100, true)],
                Known = [Minimum([1, 1], 0)],
            },
            Of("beale", "Beale", "(1.5-x+x y)^2+(2.25-x+x y^2)^2+(2.625-x+x y^3)^2", "cliffs, and huge gradients far away", new(-4.5, 4.5, -4.5, 4.5), [1, 1.5], _ => new FunctionObjective<Beale>(new(), 2), Minimum([3, 0.5], 0), Critical([0, 1], 14.203125, "saddle")),
            Of("himmelblau", "Himmelblau", "(x^2+y-11)^2+(x+y^2-7)^2", "four equal minima: which one is reached", new(-6, 6, -6, 6), [0, 0], _ => new FunctionObjective<Himmelblau>(new(), 2), Minimum([3, 2], 0), Minimum([-2.80511808695274, 3.13131251825057], 0), Minimum([-3.77931025337775, -3.28318599128617], 0), Minimum([3.58442834033049, -1.8481265269644], 0), Critical([-0.27084459, -0.923038522], 181.616521523, "maximum")),
            Of("rastrigin", "Rastrigin", "20+x^2+y^2-10cos(2pi x)-10cos(2pi y)", "local minima everywhere", new(-5.12, 5.12, -5.12, 5.12), [-3.3, 2.4], _ => new FunctionObjective<Rastrigin>(new(), 2), Minimum([0, 0], 0)),
            Of("ackley", "Ackley", "-20exp(-0.2sqrt((x^2+y^2)/2))-exp((cos(2pi x)+cos(2pi y))/2)+20+e", "a bumpy funnel with a tip", new(-5, 5, -5, 5), [-3.2, 2.6], _ => new FunctionObjective<Ackley>(new(), 2), Minimum([0, 0], 0)),
            Of("booth", "Booth", "(x+2y-7)^2+(2x+y-5)^2", "a rotated valley, where a rate per axis cannot help", new(-10, 10, -10, 10), [-8, -8], _ => new FunctionObjective<Booth>(new(), 2), Minimum([1, 3], 0)),
            Of("matyas", "Matyas", "0.26(x^2+y^2)-0.48x y", "a rotated valley with κ = 25", new(-10, 10, -10, 10), [-8, 6], _ => new FunctionObjective<Matyas>(new(), 2), Minimum([0, 0], 0)),
            Of("sixhump", "Six-hump camel", "(4-2.1x^2+x^4/3)x^2+x y+(-4+4y^2)y^2", "six minima, two of them deepest", new(-2, 2, -1.1, 1.1), [-1.5, 0.9], _ => new FunctionObjective<SixHump>(new(), 2), Minimum([0.0898420, -0.7126564], -1.0316285), Minimum([-0.0898420, 0.7126564], -1.0316285)),
            Of("styblinski", "Styblinski and Tang", "0.5(x^4-16x^2+5x+y^4-16y^2+5y)", "four wells of different depth", new(-5, 5, -5, 5), [4, 1], _ => new FunctionObjective<StyblinskiTang>(new(), 2), Minimum([-2.903534, -2.903534], -78.332331)),
            Of("plateau", "Plateau", "1-exp(-(x^2+y^2)/2)", "a gradient that vanishes far away", new(-6, 6, -6, 6), [4, 3], _ => new FunctionObjective<Plateau>(new(), 2), Minimum([0, 0], 0)),
            Of("twobasin", "Two basins", "0.1(x^2+y^2)-1.5exp(-2((x-1.5)^2+y^2))-2.5exp(-2((x+1.5)^2+y^2))", "methods that end in different minima", new(-4, 4, -3, 3), [1, 2.5], _ => new FunctionObjective<TwoBasins>(new(), 2), Minimum([-1.4705381, 0], -2.27941555), Minimum([1.451391, 0], -1.2822747)),
            new("netslice", "Slice of a network", "the mean loss of a trained network on a plane through its weights", "what a landscape means in many dimensions", new(-1, 1, -1, 1), [-0.9, 0.8], _ => NetworkSlice.Of(NetworkSlice.Small)),
        ];
    }
}
