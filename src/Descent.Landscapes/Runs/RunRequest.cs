using System.Text.Json.Serialization;
using Descent.Landscapes.Interface;
using Descent.Landscapes.Networks;

namespace Descent.Landscapes.Runs;

/// <summary>What is to be run: a landscape, a start, optimizers, and what is done to gradients and learning rates on the way.</summary>
/// <remarks>Properties are set, not initialized only: generated JSON code would overwrite the defaults of those that a request leaves out.</remarks>
public sealed record RunRequest
{
    /// <summary>What to descend on.</summary>
    public Place Landscape { get; set; } = new();

    /// <summary>Where to begin; the landscape's own start when not given. As many numbers as it has variables.</summary>
    public double[]? Start { get; set; }

    /// <summary>Who runs; 1 to 16.</summary>
    public Entrant[] Optimizers { get; set; } = [new()];

    /// <summary>One learning rate for all that have none of their own in <see cref="Entrant.LearningRate"/>; null leaves each method's.</summary>
    public double? LearningRate { get; set; }

    /// <summary>
    /// The schedule of all that have none of their own, as text, e.g. <c>warmup(10%) then cosine</c>; what it leaves out follows from each
    /// one's learning rate and number of updates. Null for constant rates.
    /// </summary>
    public string? Schedule { get; set; }

    /// <summary>The largest norm of the gradient; null for none.</summary>
    public double? ClipNorm { get; set; }

    /// <summary>The largest size of each number of the gradient; null for none.</summary>
    public double? ClipValue { get; set; }

    /// <summary>Noise on gradients; null for none.</summary>
    public Noise? Noise { get; set; }

    /// <summary>How examples are drawn, on landscapes that are losses on data; null for all of them in every step.</summary>
    public Batches? Batches { get; set; }

    /// <summary>Chooses all random numbers.</summary>
    public ulong Seed { get; set; }

    /// <summary>How long: from 1 to 20 000 updates each, counted as <see cref="Budget"/> says.</summary>
    public int Steps { get; set; } = 100;

    /// <summary>What <see cref="Steps"/> counts, the same number for all.</summary>
    public Budget Budget { get; set; }

    /// <summary>Whether state and what rules name on the way are recorded too.</summary>
    public bool Internals { get; set; } = true;

    /// <summary>The loss at which a run has arrived; null for no such question.</summary>
    public double? Threshold { get; set; }
}

/// <summary>What is descended on: a landscape of the catalogue, a formula, or a stream of gradients.</summary>
public sealed record Place
{
    /// <summary>The landscape's name; not used where there is a formula or a stream.</summary>
    public string Id { get; set; } = "bowl";

    /// <summary>A formula in x, or in x and y, with constants by name; null for a landscape of the catalogue.</summary>
    public string? Formula { get; set; }

    /// <summary>Constants of the landscape or formula by name; those of a landscape that are not named keep their defaults.</summary>
    public Dictionary<string, double>? Constants { get; set; }

    /// <summary>What is plotted: low and high edge per variable; the landscape's own when not given.</summary>
    public double[]? Box { get; set; }

    /// <summary>
    /// Gradients that do not depend on the point: row k is that of update k, repeated from the start when there are fewer rows than updates. All
    /// rows have the same length, 1 to 8, the number of variables. The loss of row k is g·θ. Null for a landscape.
    /// </summary>
    public double[][]? Stream { get; set; }

    /// <summary>For <c>netslice</c>: the network, its training, and what spans the plane; null for a small one.</summary>
    public NetworkPlane? Plane { get; set; }

    /// <summary>Points (x, y) instead of those of a landscape that is a loss on data; 1 to 1000; null for its own.</summary>
    public double[][]? Points { get; set; }
}

/// <summary>A participant.</summary>
public sealed record Entrant
{
    /// <summary>The method as it is written on the command line: <c>sgd(momentum=0.9)</c>.</summary>
    public string Optimizer { get; set; } = "sgd";

    /// <summary>A name for tables; the method's text when not given.</summary>
    public string? Label { get; set; }

    /// <summary>Its own learning rate; null for the shared one.</summary>
    public double? LearningRate { get; set; }

    /// <summary>Its own schedule; null for the shared one.</summary>
    public string? Schedule { get; set; }

    /// <summary>Which of Adam's averages are corrected for their start at 0; null as the method says. Only for adam and adamw without decay.</summary>
    public Correction? Correction { get; set; }

    /// <summary>
    /// What the method remembers when the run begins, by the names of its state, as many numbers each as there are variables; what is not named
    /// begins as the method says. Null for no memory.
    /// </summary>
    public Dictionary<string, double[]>? State { get; set; }
}

/// <summary>Which of Adam's averages are corrected for their start at 0.</summary>
[JsonConverter(typeof(SnakeCase<Correction>))]
public enum Correction
{
    /// <summary>Both, as the paper says.</summary>
    Both,

    /// <summary>The mean m only.</summary>
    Mean,

    /// <summary>The mean square v only.</summary>
    Square,

    /// <summary>Neither.</summary>
    None,
}

/// <summary>What a number of steps counts, so that races are fair.</summary>
[JsonConverter(typeof(SnakeCase<Budget>))]
public enum Budget
{
    /// <summary>Evaluations of the gradient; an estimate of curvature counts as one more.</summary>
    GradientEvaluations,

    /// <summary>Updates of the parameters.</summary>
    Updates,

    /// <summary>Examples that gradients were computed from.</summary>
    Examples,
}

/// <summary>How noise is distributed.</summary>
[JsonConverter(typeof(SnakeCase<NoiseKind>))]
public enum NoiseKind
{
    /// <summary>Normal.</summary>
    Normal,

    /// <summary>Student's t with 3 degrees of freedom, scaled to the same variance: rare large jumps.</summary>
    HeavyTailed,
}

/// <summary>Noise that is added to every number of every gradient, independently; all optimizers of a run get the same.</summary>
public sealed record Noise
{
    /// <summary>The standard deviation σ; at least 0.</summary>
    public double Sigma { get; set; } = 1;

    /// <summary>How it is distributed.</summary>
    public NoiseKind Kind { get; set; }
}

/// <summary>How the examples of each step are drawn.</summary>
public sealed record Batches
{
    /// <summary>How many examples a step uses; from 1 to all. Not used where <see cref="Rows"/> are given.</summary>
    public int Size { get; set; } = 1;

    /// <summary>Whether each example is drawn from all, instead of from those that the epoch has not used.</summary>
    public bool WithReplacement { get; set; }

    /// <summary>Whether every epoch has the order of the first one.</summary>
    public bool KeepOrder { get; set; }

    /// <summary>Whether a last batch that is short of <see cref="Size"/> is left out.</summary>
    public bool DropLast { get; set; }

    /// <summary>The examples of each step, counted from 0, repeated from the start; null when they are drawn.</summary>
    public int[][]? Rows { get; set; }

    /// <summary>
    /// The mistake of taking the gradients of all batches of an epoch at the point where the epoch began, to show what it does; false for
    /// gradients where the parameters are.
    /// </summary>
    public bool StaleGradients { get; set; }

    /// <summary>How many batches make one update: their gradients, weighted by how many examples each has, are added up and divided once.</summary>
    public int Accumulate { get; set; } = 1;

    /// <summary>The mistake of leaving that division out, to show what it does: steps as many times as long as batches are accumulated.</summary>
    public bool Undivided { get; set; }
}
