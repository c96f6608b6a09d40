using Descent.Engine;
using Descent.Nn;
using Descent.Numerics;

namespace Descent.Training;

/// <summary>The weights of a model between the network, which computes in 32 bits, and the optimizer, in the precision of the run.</summary>
internal abstract class ModelWeights
{
    /// <summary>What the optimizer moves.</summary>
    public abstract IEnumerable<Parameter> Parameters { get; }

    public static ModelWeights Of(Module<float> model, ParameterFormat format) => format switch
    {
        ParameterFormat.BFloat16 => new Narrow<BFloat16>(new(model)),
        ParameterFormat.Half => new Narrow<Half>(new(model)),
        _ => new Full(model),
    };

    /// <summary>The network's gradients become the parameters', rounded.</summary>
    public abstract void TakeGradients();

    /// <summary>The network's weights become the parameters', rounded.</summary>
    public abstract void TakeValues();

    /// <summary>The parameters' weights become the network's.</summary>
    public abstract void GiveValues();

    /// <summary>Both have the same memory.</summary>
    private sealed class Full(Module<float> model) : ModelWeights
    {
        public override IEnumerable<Parameter> Parameters => model.Parameters;

        public override void TakeGradients()
        {
        }

        public override void TakeValues()
        {
        }

        public override void GiveValues()
        {
        }
    }

    private sealed class Narrow<T>(NarrowParameters<T> parameters) : ModelWeights
        where T : unmanaged
    {
        public override IEnumerable<Parameter> Parameters => parameters.Parameters;

        public override void TakeGradients() => parameters.TakeGradients();

        public override void TakeValues() => parameters.TakeValues();

        public override void GiveValues() => parameters.GiveValues();
    }
}
