using Descent.Engine;
using Descent.Gradients;
using Descent.Optimizers;
using Descent.Schedules;
using Descent.State;

namespace Descent;

/// <summary>
/// Methods bound to parameters: it owns the state and takes the steps. A step reads each parameter, gradient and state
/// once and writes it once, allocates nothing, and gives the same bits for any number of threads.
/// </summary>
/// <example>
/// <code>
/// var optimizer = Optimizer.For([theta], new AdamW { LearningRate = 3e-4, WeightDecay = 0.1 });
/// optimizer.ClipNorm = 1.0;
/// StepResult result = optimizer.Step();
/// optimizer.ZeroGradients();
/// </code>
/// </example>
public sealed partial class Optimizer
{
    /// <summary>From this many elements on, threads save more than waking a sleeping one may cost (up to 100 µs on a virtual machine).</summary>
    private const int ParallelElements = 262_144;

    private readonly PlateauPart? plateau;
    private readonly BoundParameter[] bound;
    private readonly KernelSet[] kernels;
    private readonly GradientNorm?[] groupNorms;
    private readonly Partition partition;
    private readonly GradientNorm norm;
    private readonly Cohorts cohorts;
    private readonly MovingPass update;
    private readonly ReadingPass reading;
    private readonly bool[] reads;
    private readonly Workers workers;

    private Optimizer(IEnumerable<Parameter> parameters, IReadOnlyList<ParameterGroup> groups, Workers? workers, int chunk)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(groups);
        Groups = groups.Count > 0 ? groups : throw new DescentException("An optimizer needs at least one group, but was given none.");
        foreach (var group in groups)
        {
            ArgumentNullException.ThrowIfNull(group.Method);
            group.Method.Validate();
        }

        var (items, sets) = (new List<BoundParameter>(), new List<KernelSet>());
        foreach (var parameter in parameters)
        {
            items.Add(Bind(parameter, sets));
        }

        (bound, kernels) = (items.ToArray(), sets.ToArray());
        cohorts = new Cohorts(bound);
        if (bound.Length == 0)
        {
            throw new DescentException("An optimizer needs at least one parameter, but was given none.");
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        if (Array.Find(bound, item => !names.Add(item.Parameter.Name))?.Parameter.Name is { } twice)
        {
            throw new DescentException($"Parameter names must be unique within an optimizer, but '{twice}' was given {Array.FindAll(bound, item => item.Parameter.Name == twice).Length} times.");
        }

        if (Array.Find(kernels, set => set.Precision.Weights != WeightFormat.Master && Array.TrueForAll(bound, item => item.Kernels != set || item.Parameter is Parameter<float> or Parameter<double>)) is { } idle)
        {
            throw new DescentException($"Precision.Weights is {idle.Precision.Weights}, which is for parameters of 16 bits, but group {idle.GroupIndex} has none; leave it at Master.");
        }

        plateau = PlateauPart.For(kernels);
        if (plateau is not null)
        {
            Parts.Add(plateau);
        }

        SharedMemory.Refuse(bound);
        Array.ForEach(bound, static item => item.CheckRows());
        partition = new Partition(bound, chunk);
        norm = new GradientNorm(partition);
        groupNorms = Array.ConvertAll(kernels, set => set.GradientFactor is null ? null : new GradientNorm(partition, [set]));
        update = new MovingPass(partition);
        Clipping = GradientClipping.None;
        reading = new ReadingPass(partition);
        reads = ReadsOf(kernels);
        this.workers = partition.Elements >= ParallelElements ? workers ?? Workers.Shared : Workers.Sequential;
    }

    /// <summary>The groups, in the order in which they take parameters.</summary>
    public IReadOnlyList<ParameterGroup> Groups { get; }

    /// <summary>The parameters, in the order in which they were given.</summary>
    public IEnumerable<Parameter> Parameters => bound.Select(item => item.Parameter);

    /// <summary>How many updates were applied: what schedules are a function of.</summary>
    public long Updates { get; private set; }

    /// <summary>
    /// What gradients are multiplied by before anything else sees them: 1 over the number of accumulated batches, or over
    /// a loss scale. Estimates of curvature are not multiplied. Finite; 1 by default.
    /// </summary>
    public double GradientScale
    {
        get;
        set => field = double.IsFinite(value)
            ? value
            : throw new DescentException($"GradientScale must be a finite number, but was {Schedule.Text(value)}.");
    } = 1;

    /// <summary>What to do with a gradient that is not finite.</summary>
    public NonFiniteGradients NonFinite { get; set; }

    /// <summary>Where the parameters are; <see cref="MoveTo"/> changes it.</summary>
    public ParameterPoint Point { get; private set; }

    internal IReadOnlyList<BoundParameter> Bound => bound;

    /// <summary>Binds one method to all parameters.</summary>
    /// <param name="parameters">At least one; their names are unique.</param>
    /// <param name="method">What moves them.</param>
    /// <param name="workers">The threads to use for large parameters; <see cref="Workers.Shared"/> when not given.</param>
    /// <exception cref="DescentException">An option is out of range, or a name is used twice.</exception>
    public static Optimizer For(IEnumerable<Parameter> parameters, Method method, Workers? workers = null) =>
        For(parameters, [new ParameterGroup(method)], workers);

    /// <summary>Binds groups: each parameter belongs to the first group that takes it.</summary>
    /// <param name="parameters">At least one; their names are unique.</param>
    /// <param name="groups">Every parameter must be taken by one.</param>
    /// <param name="workers">The threads to use for large parameters; <see cref="Workers.Shared"/> when not given.</param>
    /// <exception cref="DescentException">An option is out of range, a name is used twice, or a parameter is in no group.</exception>
    public static Optimizer For(IEnumerable<Parameter> parameters, IReadOnlyList<ParameterGroup> groups, Workers? workers = null) =>
        new(parameters, groups, workers, Partition.DefaultChunk);

    /// <summary>As <see cref="For(IEnumerable{Parameter}, Method, Workers?)"/>, cut at other places; tests compare bits.</summary>
    internal static Optimizer WithChunks(IEnumerable<Parameter> parameters, Method method, Workers workers, int chunk) =>
        WithChunks(parameters, [new ParameterGroup(method)], workers, chunk);

    /// <summary>As above, with groups.</summary>
    internal static Optimizer WithChunks(IEnumerable<Parameter> parameters, IReadOnlyList<ParameterGroup> groups, Workers workers, int chunk) =>
        new(parameters, groups, workers, chunk);

    /// <summary>
    /// Moves the parameters between the point where they are trained and the point where they are evaluated and published,
    /// which differ for methods that keep an average (Schedule-Free, ASGD, Lookahead). Going back restores the very bits.
    /// Parameters that were never stepped are not touched.
    /// </summary>
    /// <param name="point">Where to; nothing happens when they are there.</param>
    public void MoveTo(ParameterPoint point)
    {
        if (point == Point)
        {
            return;
        }

        foreach (var item in bound)
        {
            item.MoveTo(point);
        }

        average?.MoveTo(point);
        Point = point;
    }

    /// <summary>
    /// Gives the estimates of curvature that parameters hold (<see cref="Parameter{T}.CurvatureEstimate"/>) to the methods that
    /// use one. Parameters without an estimate, and those of other methods, are left alone.
    /// </summary>
    /// <returns>Whether the estimates were taken: not, when one was not finite and <see cref="NonFinite"/> says to skip.</returns>
    /// <exception cref="DescentException">An estimate is not finite and <see cref="NonFinite"/> says to throw; nothing was changed.</exception>
    public bool UpdateCurvature()
    {
        if (NonFinite != NonFiniteGradients.Pass && bound.FirstOrDefault(item => item.HasNonFiniteEstimate()) is { } bad)
        {
            return NonFinite == NonFiniteGradients.Skip
                ? false
                : throw new DescentException(
                    $"The curvature estimate of parameter '{bad.Parameter.Name}' must be finite, but held NaN or an infinity at update {Updates}; nothing was changed.");
        }

        foreach (var item in bound)
        {
            item.UpdateCurvature(Updates);
        }

        return true;
    }

    /// <summary>
    /// Gives a metric, such as the validation loss, to the schedules of learning rates that follow one
    /// (<see cref="PlateauSchedule"/>). Nothing happens where none does.
    /// </summary>
    /// <param name="metric">Measured after the updates so far.</param>
    public void Observe(double metric) => plateau?.Observe(metric, Updates);

    /// <summary>The learning rate of a group with all that its schedule has observed.</summary>
    /// <param name="group">The group, counted from 0.</param>
    public Hyperparameter LearningRateOf(int group = 0) =>
        kernels.FirstOrDefault(set => set.GroupIndex == group)?.Method.LearningRate ?? Groups[group].Method.LearningRate;

    /// <summary>A number that a method keeps for a whole group, e.g. the distance <c>d</c> that Prodigy estimates.</summary>
    /// <param name="name">Its name, under which it is saved.</param>
    /// <param name="group">The group, counted from 0.</param>
    /// <exception cref="DescentException">The group's method keeps no such number.</exception>
    public double GroupNumber(string name, int group = 0)
    {
        if (group < 0 || group >= Groups.Count)
        {
            throw new DescentException($"The group must be in [0, {Groups.Count - 1}], but was {group}.");
        }

        var set = kernels.FirstOrDefault(set => set.GroupIndex == group);
        for (var i = 0; i < set?.Group.Names.Count; i++)
        {
            if (set.Group.Names[i].Name == name)
            {
                return set.Group.Scalars[i];
            }
        }

        throw new DescentException($"Group {group} keeps no number '{name}'; {(set?.Group.Names.Count > 0 ? $"it keeps {string.Join(", ", set.Group.Names.Select(slot => slot.Name))}" : "it keeps none")}.");
    }

    /// <summary>Sets all gradients to 0.</summary>
    public void ZeroGradients()
    {
        foreach (var item in bound)
        {
            item.Parameter.ZeroGradient();
        }
    }

    internal IReadOnlyList<KernelSet> Kernels => kernels;

    /// <summary>What is saved beside the state of the methods.</summary>
    internal List<IStatePart> Parts { get; } = [];

    /// <summary>Takes over counts and the point from a file.</summary>
    internal void Restore(long updates, ParameterPoint point)
    {
        (Updates, Point) = (updates, point);
        cohorts.Invalidate();
        foreach (var item in bound)
        {
            item.Cohort.Visit(item.Steps, Math.Max(0, updates - 1));
        }
    }

    /// <summary>Which of the passes before the one that moves have anything to read.</summary>
    private static bool[] ReadsOf(KernelSet[] kernels)
    {
        var passes = 0;
        foreach (var set in kernels)
        {
            passes = Math.Max(passes, set.Passes);
        }

        var passed = new bool[passes];
        for (var pass = 0; pass < passes; pass++)
        {
            passed[pass] = Array.Exists(kernels, set => set.Reads(pass));
        }

        return passed;
    }

    private BoundParameter Bind(Parameter parameter, List<KernelSet> sets)
    {
        for (var i = 0; i < Groups.Count; i++)
        {
            if (Groups[i].Takes(parameter))
            {
                var method = Groups[i].Method.MethodFor(parameter.Shape);
                if (sets.Find(known => known.GroupIndex == i && known.Method == method) is not { } set)
                {
                    method.Validate();
                    sets.Add(set = new KernelSet(method, i, Groups[i].Precision));
                }

                return BoundParameter.Bind(parameter, set);
            }
        }

        throw new DescentException(
            $"Parameter '{parameter.Name}' belongs to none of the {Groups.Count} groups; add a last group that takes every name, '*'.");
    }
}
