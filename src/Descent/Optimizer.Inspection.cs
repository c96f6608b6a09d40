using Descent.Engine;

namespace Descent;

/// <summary>State as it stands: its name, its letter, and its numbers.</summary>
/// <typeparam name="T">The element.</typeparam>
/// <param name="Name">Under which it is saved.</param>
/// <param name="Symbol">The letter that equations print.</param>
/// <param name="Values">The memory that steps change; as many numbers as the parameter has, unless the method keeps another shape.</param>
public readonly record struct StateView<T>(string Name, string Symbol, ReadOnlyMemory<T> Values)
    where T : unmanaged;

/// <content>Looking at what an optimizer holds, for traces and pictures.</content>
public sealed partial class Optimizer
{
    /// <summary>Whether a method evaluates at another point than it trains at, so that <see cref="MoveTo"/> moves.</summary>
    public bool HasEvaluationPoint => average is not null || Array.Exists(kernels, set => set.Binding.Evaluation is not null);

    /// <summary>Whether a method uses estimates of curvature, so that <see cref="UpdateCurvature"/> does something.</summary>
    public bool UsesCurvature => Array.Exists(kernels, set => set.Binding.Curvature is not null);

    /// <summary>
    /// The state that the method keeps per element of a parameter, as views of the memory that steps change: look, do not keep it across
    /// loading.
    /// </summary>
    /// <typeparam name="T">The element: <see cref="float"/> or <see cref="double"/>, kept in full.</typeparam>
    /// <param name="parameter">One of this optimizer's.</param>
    /// <returns>In the order of the method's equations; none for a method without state.</returns>
    /// <exception cref="DescentException">The parameter is not this optimizer's, or its state is kept in fewer bits.</exception>
    public IReadOnlyList<StateView<T>> StateOf<T>(Parameter<T> parameter)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        return BoundOf(parameter) is BoundParameter<T> full
            ? [.. full.Kernels.Binding.State.Zip(full.State, (slot, values) => new StateView<T>(slot.Name, slot.Symbol, values))]
            : throw new DescentException($"The state of parameter '{parameter.Name}' is kept in fewer bits, so there is no memory of {typeof(T).Name} to look at; save the optimizer's state and read that.");
    }

    /// <summary>A look at the steps of one parameter, of <see cref="double"/>: what the rule names on the way.</summary>
    /// <param name="parameter">One of this optimizer's.</param>
    /// <exception cref="DescentException">The parameter is not this optimizer's.</exception>
    public StepTrace TraceOf(Parameter<double> parameter) => new((BoundParameter<double>)BoundOf(parameter));

    private BoundParameter BoundOf(Parameter parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        return Array.Find(bound, item => ReferenceEquals(item.Parameter, parameter))
            ?? throw new DescentException($"Parameter '{parameter.Name}' is not one of this optimizer's; ask for one that was given to it.");
    }
}
