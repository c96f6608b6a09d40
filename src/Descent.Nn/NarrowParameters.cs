using Descent.Engine;
using Descent.Numerics;

namespace Descent.Nn;

/// <summary>
/// The parameters of a module in 16 bits, between it and an optimizer: the module computes in <see cref="float"/> with the rounded
/// weights, and the optimizer gets the rounded gradients, so that what a format cannot hold is lost or overflows here as well.
/// </summary>
/// <example>
/// <code>
/// var narrow = new NarrowParameters&lt;Half&gt;(model);
/// var optimizer = Optimizer.For(narrow.Parameters, new AdamW());
/// optimizer.LossScaling = new DynamicLossScaling();
/// model.ZeroGradient();
/// (LossOf(batch) * (float)optimizer.LossScale).Backward();
/// narrow.TakeGradients();
/// optimizer.Step();
/// narrow.GiveValues();
/// </code>
/// </example>
/// <remarks>
/// Source: Micikevicius et al., "Mixed Precision Training", ICLR 2018, <see href="https://arxiv.org/abs/1710.03740"/>. Master weights
/// in 32 bits are the optimizer's (<see cref="WeightFormat.Master"/>). What layers give each other is not rounded, unless the
/// model says so with <see cref="Tensor{T}.RoundTo{TNarrow}"/>.
/// </remarks>
/// <typeparam name="TNarrow"><see cref="Half"/> or <see cref="BFloat16"/>.</typeparam>
public sealed class NarrowParameters<TNarrow>
    where TNarrow : unmanaged
{
    private readonly Module<float> module;
    private readonly Parameter<TNarrow>[] parameters;

    /// <summary>Rounds the weights of the module, which from now on has these.</summary>
    /// <exception cref="DescentException">The format is another one.</exception>
    public NarrowParameters(Module<float> module)
    {
        ArgumentNullException.ThrowIfNull(module);
        this.module = module;
        parameters =
        [
            .. module.NamedTensors.Select(item => new Parameter<TNarrow>(item.Name, new TNarrow[item.Tensor.Length], new TNarrow[item.Tensor.Length], item.Tensor.Shape)
            {
                HasGradient = false,
                DecayExempt = item.Tensor.DecayExempt,
            }),
        ];
        TakeValues();
        GiveValues();
    }

    /// <summary>The parameters to bind to an optimizer, with the names, the order and the exemptions of the module's.</summary>
    public IReadOnlyList<Parameter<TNarrow>> Parameters => parameters;

    /// <summary>Rounds the module's gradients to the parameters': after a backward pass, whose loss was scaled.</summary>
    public void TakeGradients()
    {
        foreach (var (parameter, (_, tensor)) in parameters.Zip(module.NamedTensors))
        {
            NarrowFormat.Round(tensor.Gradient.Span, parameter.Gradient.Span);
            parameter.HasGradient = tensor.HasGradient;
        }
    }

    /// <summary>Rounds the module's weights to the parameters': after they were set otherwise than by the optimizer.</summary>
    public void TakeValues()
    {
        foreach (var (parameter, (_, tensor)) in parameters.Zip(module.NamedTensors))
        {
            NarrowFormat.Round(tensor.Values.Span, parameter.Values.Span);
        }
    }

    /// <summary>Gives the module the parameters' weights: after a step, and after the optimizer moved to another point.</summary>
    public void GiveValues()
    {
        foreach (var (parameter, (_, tensor)) in parameters.Zip(module.NamedTensors))
        {
            NarrowFormat.Widen<TNarrow>(parameter.Values.Span, tensor.Values.Span);
        }
    }
}
