using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Descent.Optimizers;
using Descent.State;

namespace Descent.Engine;

/// <summary>A parameter with its state: what an optimizer holds for each of its parameters.</summary>
internal abstract class BoundParameter(Parameter parameter, KernelSet kernels)
{
    public KernelSet Kernels { get; } = kernels;

    public GroupState GroupState => Kernels.Group;

    public Parameter Parameter { get; } = parameter;

    /// <summary>What the parameter shares with others.</summary>
    public Cohort Cohort { get; set; } = new(kernels);

    /// <summary>How often the parameter was stepped before cohorts are assigned anew.</summary>
    public long StepsBefore { get; set; }

    /// <summary>How often the parameter was stepped.</summary>
    public long Steps => Cohort.Steps;

    /// <summary>The step that is being taken, or was taken last.</summary>
    public StepPoint At => Cohort.At;

    /// <summary>What the gradient is multiplied by in this step.</summary>
    public double Sigma => Cohort.Sigma;

    /// <summary>What is measured, for methods that measure or keep numbers per row or tensor.</summary>
    public MeasuredSums? Sums { get; protected init; }

    /// <summary>The numbers of state per row or tensor: those of the first row, then those of the next.</summary>
    public double[] Scalars { get; protected init; } = [];

    public Span<double> ScalarsOf(int row)
    {
        var count = Kernels.Binding.Scope == Scope.Group ? 0 : Kernels.Binding.Scalars.Count;
        return Scalars.AsSpan(row * count, count);
    }

    /// <summary>Takes over a count of steps from a file.</summary>
    public void Restore(long steps) => Cohort = new Cohort(Kernels) { Steps = steps, DecayExempt = Parameter.DecayExempt };

    /// <summary>Prepares the state for the first step.</summary>
    public abstract void Begin();

    /// <summary>Prepares for the coming step, where the cohort is not enough.</summary>
    public abstract void Prepare();

    public abstract void Pass(int pass, in Segment segment);

    public abstract void EndPass(int pass);

    /// <summary>Gives a segment what may have changed since the last step.</summary>
    public abstract void Refresh(ref Segment segment);

    /// <summary>What moves the parameter.</summary>
    public abstract ISegmentRunner Runner { get; }

    /// <summary>How many elements a segment may have, and how many partial sums it needs.</summary>
    public abstract void AddSegments(List<Segment> segments, int chunk);

    public abstract double GradientSumOfSquares(int start, int count);

    /// <summary>Σ(g/divisor)², for gradients whose squares overflow.</summary>
    public abstract double ScaledSumOfSquares(int start, int count, double divisor);

    /// <summary>max|g|; NaN when there is one.</summary>
    public abstract double LargestGradient();

    public abstract bool HasNonFiniteGradient();

    /// <summary>Moves to the evaluation point and remembers the training point, or back to it.</summary>
    public abstract void MoveTo(ParameterPoint point);

    /// <summary>Gives the estimate of curvature to the state, after so many updates.</summary>
    public abstract void UpdateCurvature(long update);

    public abstract void Save(TensorFile file, string prefix);

    /// <summary>Adds the training point, while the parameter is at the evaluation point.</summary>
    public abstract void SaveTrainingPoint(TensorFile file, string prefix);

    /// <summary>The names under which the training point is saved after so many steps.</summary>
    public abstract IEnumerable<string> TrainingPointNames(string prefix, long steps);

    /// <summary>As <see cref="CheckState"/>, for the training point.</summary>
    public abstract void CheckTrainingPoint(TensorFile file, string prefix, long steps);

    /// <summary>Restores the training point, while the parameter is at the evaluation point.</summary>
    public abstract void LoadTrainingPoint(TensorFile file, string prefix);

    /// <summary>The names under which the state is saved.</summary>
    public abstract IEnumerable<string> StateNames(string prefix);

    /// <summary>Throws unless the file has every tensor that <see cref="LoadState"/> reads, with the right shape.</summary>
    public abstract void CheckState(TensorFile file, string prefix);

    public abstract void LoadState(TensorFile file, string prefix);

    public static BoundParameter Bind(Parameter parameter, KernelSet kernels)
    {
        var binder = new Binder(kernels);
        parameter.Accept(binder);
        return binder.Result!;
    }

    private sealed class Binder(KernelSet kernels) : IParameterVisitor
    {
        public BoundParameter? Result { get; private set; }

        public void Visit<T>(Parameter<T> parameter)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
            Result = new BoundParameter<T>(parameter, kernels);
    }
}

internal sealed class BoundParameter<T> : BoundParameter
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const string TrainingPoint = "training_point";

    private readonly Kernel<T> kernel;
    private T[]? training;

    public BoundParameter(Parameter<T> parameter, KernelSet kernels)
        : base(parameter, kernels)
    {
        Typed = parameter;
        kernel = kernels.Of<T>();
        var binding = kernels.Binding;
        State = binding.State.Any(slot => slot.ShapeFor is not null)
            ? [.. binding.State.Select(slot => new ArraySegment<T>(new T[slot.ShapeOf(parameter.Shape).Aggregate(1, (product, size) => product * size)]))]
            : kernels.TakeState<T>(parameter.Length);
        foreach (var (slot, values) in binding.State.Zip(State))
        {
            if (slot.Initial != 0)
            {
                values.AsSpan().Fill(T.CreateTruncating(slot.Initial));
            }
        }

        if (kernel.Stride > 0)
        {
            var rows = binding.ByRows && parameter.Shape.Length > 1 ? parameter.Shape[0] : 1;
            Sums = new MeasuredSums(rows, rows == 0 ? 0 : parameter.Length / rows, kernel.Stride);
            if (binding.Scope != Scope.Group)
            {
                Scalars = [.. Enumerable.Repeat(binding.Scalars.Select(slot => slot.Initial), binding.Scope == Scope.Row ? rows : 1).SelectMany(values => values)];
            }
        }

        kernel.Bind(this);
        kernels.Group.Members.Add(this);
    }

    public Parameter<T> Typed { get; }

    public override ISegmentRunner Runner => kernel;

    public override void Refresh(ref Segment segment) => segment.Refresh(this, Typed.ValueArray, Typed.GradientArray);

    /// <summary>One array per slot of the rule, as long as the parameter unless the slot has another shape.</summary>
    public ArraySegment<T>[] State { get; }

    /// <summary>What the kernel allocated for this parameter besides its state.</summary>
    public object? Scratch { get; set; }

    private IReadOnlyList<StateSlot> Slots => Kernels.Binding.State;

    public ref T FirstOf(int slot) => ref MemoryMarshal.GetReference(State[slot].AsSpan());

    /// <summary>References to a range of the parameter, its gradient and its first slots.</summary>
    public ElementRange<T> Range(int start, int count, int slots, bool withGradient = true)
    {
        Debug.Assert(start >= 0 && start + count <= Typed.Length, "Segments lie within their parameter.");
        ref var first = ref Unsafe.Add(ref Typed.FirstValue, start);
        ref var gradient = ref first;
        if (withGradient)
        {
            gradient = ref Unsafe.Add(ref Typed.FirstGradient, start);
        }

        return new ElementRange<T>(
            ref first,
            ref gradient,
            ref (slots > 0 ? ref Unsafe.Add(ref FirstOf(0), start) : ref first),
            ref (slots > 1 ? ref Unsafe.Add(ref FirstOf(1), start) : ref first),
            ref (slots > 2 ? ref Unsafe.Add(ref FirstOf(2), start) : ref first),
            ref (slots > 3 ? ref Unsafe.Add(ref FirstOf(3), start) : ref first));
    }

    public override void Prepare() => kernel.Prepare(this);

    public override void Pass(int pass, in Segment segment) => kernel.Pass(pass, this, in segment);

    public override void EndPass(int pass) => kernel.EndPass(pass, this);

    public override void AddSegments(List<Segment> segments, int chunk)
    {
        if (kernel.AddSegments(this, segments))
        {
            return;
        }

        var (rows, length, leaves) = Sums is null ? (1, Typed.Length, 1) : (Sums.Rows, Sums.RowLength, MeasuredSums.LeavesOf(Sums.RowLength));
        if (Sums is not null)
        {
            // A partial sum belongs to one segment.
            chunk = MeasuredSums.LeavesOf(chunk) * MeasureLoop.Leaf;
        }

        for (var row = 0; row < rows; row++)
        {
            for (var start = 0; start < length; start += chunk)
            {
                segments.Add(new Segment(this, (row * length) + start, Math.Min(chunk, length - start), row, (row * leaves) + (start / MeasureLoop.Leaf)));
            }
        }
    }

    public override double GradientSumOfSquares(int start, int count) =>
        SumOfSquares.Of<T>(Typed.Gradient.Span.Slice(start, count));

    public override double ScaledSumOfSquares(int start, int count, double divisor)
    {
        var sum = 0.0;
        foreach (var g in Typed.Gradient.Span.Slice(start, count))
        {
            var x = double.CreateTruncating(g) / divisor;
            sum += x * x;
        }

        return sum;
    }

    public override double LargestGradient()
    {
        var largest = 0.0;
        foreach (var g in Typed.Gradient.Span)
        {
            largest = Math.Max(largest, Math.Abs(double.CreateTruncating(g)));
        }

        return largest;
    }

    public override bool HasNonFiniteGradient()
    {
        foreach (var g in Typed.Gradient.Span)
        {
            if (!T.IsFinite(g))
            {
                return true;
            }
        }

        return false;
    }

    public override void MoveTo(ParameterPoint point)
    {
        if (Kernels.Binding.Evaluation is not { } evaluation || Steps == 0)
        {
            return;
        }

        if (point == ParameterPoint.Evaluation)
        {
            training ??= new T[Typed.Length];
            Typed.Values.Span.CopyTo(training);
            evaluation.Apply(this);
        }
        else
        {
            training.CopyTo(Typed.Values.Span);
        }
    }

    public override void UpdateCurvature(long update)
    {
        if (Kernels.Binding.Curvature is { } curvature && Typed.HasCurvatureEstimate)
        {
            Cohort.Visit(Steps, update);
            curvature.Apply(this);
        }
    }

    public override void Save(TensorFile file, string prefix)
    {
        for (var i = 0; i < State.Length; i++)
        {
            file.Add<T>(NameOf(i, prefix), Slots[i].ShapeOf(Typed.Shape), State[i]);
        }

        var names = ScalarNames;
        for (var i = 0; i < names.Count; i++)
        {
            file.Add<double>($"{prefix}{Typed.Name}.{names[i].Name}", [Scalars.Length / names.Count], Scalars.Where((_, index) => index % names.Count == i).ToArray());
        }
    }

    public override void SaveTrainingPoint(TensorFile file, string prefix)
    {
        if (Kernels.Binding.Evaluation is not null && Steps > 0)
        {
            file.Add<T>($"{prefix}{Typed.Name}.{TrainingPoint}", Typed.Shape, training);
        }
    }

    public override IEnumerable<string> StateNames(string prefix) =>
        [.. Slots.Select(slot => $"{prefix}{Typed.Name}.{slot.Name}"), .. ScalarNames.Select(slot => $"{prefix}{Typed.Name}.{slot.Name}")];

    public override IEnumerable<string> TrainingPointNames(string prefix, long steps) =>
        Kernels.Binding.Evaluation is not null && steps > 0 ? [$"{prefix}{Typed.Name}.{TrainingPoint}"] : [];

    public override void CheckState(TensorFile file, string prefix)
    {
        for (var i = 0; i < State.Length; i++)
        {
            Check(file[NameOf(i, prefix)], Slots[i].ShapeOf(Typed.Shape), TensorFile.ElementTypeOf<T>());
        }

        foreach (var slot in ScalarNames)
        {
            Check(file[$"{prefix}{Typed.Name}.{slot.Name}"], [Scalars.Length / ScalarNames.Count], TensorFile.ElementTypeOf<double>());
        }
    }

    public override void CheckTrainingPoint(TensorFile file, string prefix, long steps)
    {
        foreach (var name in TrainingPointNames(prefix, steps))
        {
            Check(file[name], Typed.Shape.ToArray(), TensorFile.ElementTypeOf<T>());
        }
    }

    public override void LoadState(TensorFile file, string prefix)
    {
        for (var i = 0; i < State.Length; i++)
        {
            file[NameOf(i, prefix)].CopyTo<T>(State[i]);
        }

        var names = ScalarNames;
        var column = new double[names.Count == 0 ? 0 : Scalars.Length / names.Count];
        for (var i = 0; i < names.Count; i++)
        {
            file[$"{prefix}{Typed.Name}.{names[i].Name}"].CopyTo<double>(column);
            for (var row = 0; row < column.Length; row++)
            {
                Scalars[(row * names.Count) + i] = column[row];
            }
        }
    }

    public override void LoadTrainingPoint(TensorFile file, string prefix)
    {
        foreach (var name in TrainingPointNames(prefix, Steps))
        {
            training ??= new T[Typed.Length];
            file[name].CopyTo<T>(training);
        }
    }

    public override void Begin()
    {
        for (var i = 0; i < State.Length; i++)
        {
            if (Slots[i].StartsAtParameter)
            {
                Typed.Values.Span.CopyTo(State[i]);
            }
        }
    }

    private IReadOnlyList<StateSlot> ScalarNames => Kernels.Binding.Scope == Scope.Group ? [] : Kernels.Binding.Scalars;

    private static void Check(StoredTensor stored, int[] shape, string type)
    {
        if (!stored.Shape.SequenceEqual(shape) || stored.ElementType != type)
        {
            throw new DescentException(
                $"The state '{stored.Name}' must be {type} {Parameter.Describe(shape)}, but is {stored.ElementType} {Parameter.Describe(stored.Shape.ToArray())}; it was saved for another model.");
        }
    }

    private string NameOf(int slot, string prefix) => $"{prefix}{Typed.Name}.{Slots[slot].Name}";
}
