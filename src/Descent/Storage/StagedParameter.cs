using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Text;
using Descent.Engine;

namespace Descent.Storage;

/// <summary>A parameter with its state, where one or the other is kept in fewer bits than it is computed in.</summary>
internal abstract partial class StagedParameter : BoundParameter
{
    private const int ShortStretch = NumberStore.Block / 4;

    private readonly uint nameKey;

    protected StagedParameter(Parameter parameter, KernelSet kernels, NumberStore weights)
        : base(parameter, kernels)
    {
        Weights = weights;
        nameKey = Hash(parameter.Name);
        State = [.. kernels.Binding.State.Select(CreateSlot)];
        Stretch = State.Any(store => store is EightBitNumbers) ? EightBitMap.Block : ShortStretch;
        foreach (var (slot, numbers) in kernels.Binding.State.Zip(State))
        {
            if (slot.Initial != 0)
            {
                numbers.Fill(parameter.Length, (float)slot.Initial);
            }
        }

        Scalars = [.. kernels.Binding.Scalars.Select(slot => slot.Initial)];
        kernels.Group.Members.Add(this);
    }

    /// <summary>The numbers that move.</summary>
    public NumberStore Weights { get; }

    /// <summary>The slots of the rule.</summary>
    public NumberStore[] State { get; }

    /// <summary>How many numbers are moved at once: whole blocks where state has 8 bits; otherwise fewer, because memory is not fetched ahead over a stretch.</summary>
    public int Stretch { get; }

    /// <summary>The gradient's numbers, wherever it is now.</summary>
    public abstract INumbers Gradient { get; }

    public override ISegmentRunner Runner => Kernels.Staged;

    /// <summary>What chooses the random numbers of a store in this step: 0 for the parameter, then the slots.</summary>
    public uint Key(uint store) => BitNoise.Key(Kernels.Precision.Seed, (nameKey << 3) + store, At.Step);

    public override void Prepare()
    {
        if (Parameter.HasGradient)
        {
            Kernels.Staged.Prepare(this);
        }
    }

    public override void Refresh(ref Segment segment) => segment.Refresh(this);

    public override void AddSegments(List<Segment> segments, int chunk)
    {
        chunk = (chunk + NumberStore.Block - 1) / NumberStore.Block * NumberStore.Block;
        for (var start = 0; start < Parameter.Length; start += chunk)
        {
            segments.Add(new Segment(this, start, Math.Min(chunk, Parameter.Length - start), 0, start / NumberStore.Block));
        }
    }

    public override void Begin()
    {
        Span<float> buffer = stackalloc float[NumberStore.Block];
        for (var i = 0; i < State.Length; i++)
        {
            for (var start = 0; Kernels.Binding.State[i].StartsAtParameter && start < Parameter.Length; start += NumberStore.Block)
            {
                var count = Math.Min(NumberStore.Block, Parameter.Length - start);
                var values = MemoryMarshal.CreateSpan(ref Weights.Load(start, count, buffer), count);
                values.CopyTo(MemoryMarshal.CreateSpan(ref State[i].Load(start, count, buffer), count));
            }
        }
    }

    public override void Pass(int pass, in Segment segment)
    {
    }

    public override void EndPass(int pass)
    {
    }

    public override bool HasNonFiniteEstimate() => Kernels.Binding.Curvature is not null && Estimate is { } estimate && HasNonFinite(estimate);

    public override void UpdateCurvature(long update)
    {
        if (Kernels.Binding.Curvature is not { } curvature || Estimate is not { } estimate)
        {
            return;
        }

        Cohort.Visit(Steps, update);
        Span<float> buffers = stackalloc float[6 * (NumberStore.Block + StagedStretch.Gap)];
        for (var start = 0; start < Parameter.Length; start += NumberStore.Block)
        {
            var count = Math.Min(NumberStore.Block, Parameter.Length - start);
            var stretch = new StagedStretch(this, start, count, State.Length, buffers, estimate);
            curvature.Apply(At, stretch.Range, count);
            stretch.PutBackState();
        }
    }

    /// <summary>The estimate of curvature; null when there is none.</summary>
    protected abstract INumbers? Estimate { get; }

    private bool HasNonFinite(INumbers numbers)
    {
        Span<float> buffer = stackalloc float[NumberStore.Block];
        for (var start = 0; start < Parameter.Length; start += NumberStore.Block)
        {
            var count = Math.Min(NumberStore.Block, Parameter.Length - start);
            if (!TensorPrimitives.IsFiniteAll<float>(MemoryMarshal.CreateReadOnlySpan(ref numbers.Load(start, count, buffer), count)))
            {
                return true;
            }
        }

        return false;
    }

    private NumberStore CreateSlot(StateSlot slot)
    {
        var (precision, length) = (Kernels.Precision, Parameter.Length);
        return !precision.Reduces(length) || slot.StartsAtParameter
            ? new FloatNumbers(new float[length])
            : precision.State switch
            {
                StateFormat.EightBit => new EightBitNumbers(length),
                _ => new NarrowNumbers<Numerics.BFloat16>(new Numerics.BFloat16[length], precision.State == StateFormat.BFloat16Stochastic),
            };
    }

    /// <summary>FNV-1a: names choose different random numbers on every run and machine.</summary>
    private static uint Hash(string name)
    {
        var hash = 2_166_136_261u;
        foreach (var letter in Encoding.UTF8.GetBytes(name))
        {
            hash = (hash ^ letter) * 16_777_619u;
        }

        return hash;
    }
}
