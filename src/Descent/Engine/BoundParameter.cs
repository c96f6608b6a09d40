using System.Numerics;
using System.Runtime.InteropServices;
using Descent.State;

namespace Descent.Engine;

/// <summary>A parameter with its state: what an optimizer holds for each of its parameters.</summary>
internal abstract class BoundParameter(ParameterGroup group)
{
    public ParameterGroup Group { get; } = group;

    public abstract Parameter Parameter { get; }

    /// <summary>How often the parameter was stepped.</summary>
    public long Steps { get; set; }

    /// <summary>Chooses and prepares the kernel for the coming step, which <see cref="Steps"/> does not count yet.</summary>
    public abstract void Prepare(long update, double scale);

    public abstract void Run(int start, int count);

    public abstract double GradientSumOfSquares(int start, int count);

    /// <summary>Σ(g/divisor)², for gradients whose squares overflow.</summary>
    public abstract double ScaledSumOfSquares(int start, int count, double divisor);

    /// <summary>max|g|; NaN when there is one.</summary>
    public abstract double LargestGradient();

    public abstract bool HasNonFiniteGradient();

    public abstract void Save(TensorFile file, string prefix);

    /// <summary>The names under which the state is saved.</summary>
    public abstract IEnumerable<string> StateNames(string prefix);

    /// <summary>Throws unless the file has every tensor that <see cref="LoadState"/> reads, with the right shape.</summary>
    public abstract void CheckState(TensorFile file, string prefix);

    public abstract void LoadState(TensorFile file, string prefix);

    public static BoundParameter Bind(Parameter parameter, ParameterGroup group, KernelSet kernels)
    {
        var binder = new Binder(group, kernels);
        parameter.Accept(binder);
        return binder.Result!;
    }

    private sealed class Binder(ParameterGroup group, KernelSet kernels) : IParameterVisitor
    {
        public BoundParameter? Result { get; private set; }

        public void Visit<T>(Parameter<T> parameter)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
            Result = new BoundParameter<T>(parameter, group, kernels.Of<T>());
    }
}

internal sealed class BoundParameter<T> : BoundParameter
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly KernelCache<T> kernels;
    private Kernel<T>? kernel;

    public BoundParameter(Parameter<T> parameter, ParameterGroup group, KernelCache<T> kernels)
        : base(group)
    {
        Typed = parameter;
        this.kernels = kernels;
        State = [.. kernels.Binding.State.Select(slot => NewState(slot.Initial))];
    }

    public override Parameter Parameter => Typed;

    public Parameter<T> Typed { get; }

    /// <summary>One array per slot of the rule, each as long as the parameter.</summary>
    public T[][] State { get; }

    public override void Prepare(long update, double scale) =>
        kernel = kernels.Prepared(new Optimizers.StepPoint(Steps + 1, update), !Typed.DecayExempt, scale);

    public override void Run(int start, int count) => kernel!.Run(this, start, count);

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

    public override void Save(TensorFile file, string prefix)
    {
        for (var i = 0; i < State.Length; i++)
        {
            file.Add<T>(NameOf(i, prefix), Typed.Shape, State[i]);
        }
    }

    public override IEnumerable<string> StateNames(string prefix) => Enumerable.Range(0, State.Length).Select(slot => NameOf(slot, prefix));

    public override void CheckState(TensorFile file, string prefix)
    {
        for (var i = 0; i < State.Length; i++)
        {
            var stored = file[NameOf(i, prefix)];
            if (!Typed.Shape.SequenceEqual(stored.Shape.ToArray()) || stored.ElementType != TensorFile.ElementTypeOf<T>())
            {
                throw new DescentException(
                    $"The state '{stored.Name}' must be {TensorFile.ElementTypeOf<T>()} {Parameter.Describe(Typed.Shape)}, but is {stored.ElementType} {Parameter.Describe(stored.Shape.ToArray())}; it was saved for another model.");
            }
        }
    }

    public override void LoadState(TensorFile file, string prefix)
    {
        for (var i = 0; i < State.Length; i++)
        {
            file[NameOf(i, prefix)].CopyTo<T>(State[i]);
        }
    }

    public ref T FirstOf(int slot) => ref MemoryMarshal.GetArrayDataReference(State[slot]);

    private string NameOf(int slot, string prefix) => $"{prefix}{Typed.Name}.{kernels.Binding.State[slot].Name}";

    private T[] NewState(double initial)
    {
        var values = new T[Typed.Length];
        if (initial != 0)
        {
            Array.Fill(values, T.CreateTruncating(initial));
        }

        return values;
    }
}
