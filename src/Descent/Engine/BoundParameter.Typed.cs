using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Descent.Engine;

/// <summary>A parameter with its state, of one element type.</summary>
internal sealed partial class BoundParameter<T> : BoundParameter
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Kernel<T> kernel;
    private T[]? training;

    public BoundParameter(Parameter<T> parameter, KernelSet kernels)
        : base(parameter, kernels)
    {
        Typed = parameter;
        kernel = kernels.Of<T>();
        var binding = kernels.Binding;
        State = HasOwnShapes(binding.State)
            ? [.. binding.State.Select(slot => new ArraySegment<T>(new T[slot.ShapeOf(parameter.Shape).Aggregate(1, (product, size) => product * size)]))]
            : kernels.TakeState<T>(parameter.Length);
        for (var slot = 0; slot < State.Length; slot++)
        {
            if (binding.State[slot].Initial is not 0 and var initial)
            {
                State[slot].AsSpan().Fill(T.CreateTruncating(initial));
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

    public override bool MovesRows => kernel.MovesRows;

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

    public override bool HasNonFiniteEstimate() => Kernels.Binding.Curvature is not null && HasNonFinite(Typed.CurvatureEstimate.Span);

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

    private static bool HasOwnShapes(IReadOnlyList<StateSlot> slots)
    {
        for (var i = 0; i < slots.Count; i++)
        {
            if (slots[i].ShapeFor is not null)
            {
                return true;
            }
        }

        return false;
    }

    private static bool HasNonFinite(ReadOnlySpan<T> values)
    {
        foreach (var value in values)
        {
            if (!T.IsFinite(value))
            {
                return true;
            }
        }

        return false;
    }
}
