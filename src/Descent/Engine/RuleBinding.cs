using System.Numerics;
using Descent.Lanes;
using Descent.Optimizers;
using Descent.Storage;

namespace Descent.Engine;

/// <summary>A rule together with the names of its state and how its constants follow from the moment of training.</summary>
public abstract class RuleBinding
{
    private readonly List<StateSlot> state;
    private readonly List<(string Name, string Meaning)> definitions = [];

    private protected RuleBinding(StateSlot[] state) => this.state = [.. state];

    /// <summary>The state per element, in the order of the rule's slots.</summary>
    public IReadOnlyList<StateSlot> State => state;

    /// <summary>What the measured sums run over, and what the scalars belong to.</summary>
    public Scope Scope { get; private set; } = Scope.Tensor;

    /// <summary>The numbers of state per row, tensor or group.</summary>
    public IReadOnlyList<StateSlot> Scalars { get; private set; } = [];

    internal AdvanceScalars? Advance { get; private set; }

    /// <summary>What the largest is taken of over the rows; null for nothing.</summary>
    internal NumberOfRow? OfRow { get; private set; }

    /// <summary>Where the parameters are to be evaluated, when that is not where they are trained; null for the same point.</summary>
    internal EvaluationPoint? Evaluation { get; private set; }

    /// <summary>What a supplied estimate of curvature does to the state; null where the method has no use for one.</summary>
    internal ICurvatureUpdate? Curvature { get; private set; }

    /// <summary>How many axes a tensor must have for its gradient to be centralized; null for no centralization.</summary>
    internal int? CentralizedFrom { get; private set; }

    internal MaskScaling? Mask { get; private set; }

    internal Synchronization? Synchronization { get; private set; }

    /// <summary>Whether a parameter's rows have sums or scalars of their own.</summary>
    internal bool ByRows => Scope == Scope.Row || CentralizedFrom is not null;

    /// <summary>Whether the rule needs nothing but the element and the step.</summary>
    internal bool IsElementWise => !Measures && Scalars.Count == 0 && CentralizedFrom is null && Mask is null;

    /// <summary>Whether directions are orthogonalized as matrices, which leaves no rule per element to mask or centralize.</summary>
    internal virtual bool Orthogonalizes => false;

    /// <summary>Whether the rule needs no sums, and looks at nothing beyond the element but numbers that it keeps.</summary>
    internal bool MeasuresNothing => !Measures && CentralizedFrom is null && Mask is null && Synchronization is null && !Orthogonalizes;

    private protected abstract bool Measures { get; }

    /// <summary>Whether <see cref="Record"/> can show what the rule names.</summary>
    internal virtual bool CanRecord => false;

    /// <summary>Runs the rule on one element's numbers; see <see cref="Recorded"/>.</summary>
    internal virtual double Record(in Moment moment, double g, double theta, ReadOnlySpan<double> slots, List<NamedNumber> into) => double.NaN;

    /// <summary>Binds an element-wise rule.</summary>
    /// <param name="at">Makes the rule for a moment. It is called once per step, not once per element.</param>
    /// <param name="state">The names of the rule's slots.</param>
    public static RuleBinding ElementWise<TRule>(Func<StepPoint, TRule> at, params StateSlot[] state)
        where TRule : struct, IRule
    {
        ArgumentNullException.ThrowIfNull(at);
        ArgumentNullException.ThrowIfNull(state);
        return new RuleBinding<NoMeasure, TRule>(null, (in moment) => at(moment.At), state);
    }

    /// <summary>Binds a rule whose constants depend on scalars that <see cref="WithScalars"/> keeps, but on no sums.</summary>
    /// <param name="rule">Makes the rule for a moment.</param>
    /// <param name="state">The names of the rule's slots.</param>
    public static RuleBinding Recurrent<TRule>(AtMoment<TRule> rule, params StateSlot[] state)
        where TRule : struct, IRule
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(state);
        return new RuleBinding<NoMeasure, TRule>(null, rule, state);
    }

    /// <summary>Binds a rule that needs sums over rows, tensors or the group: a pass that measures, then a pass that moves.</summary>
    /// <param name="scope">What the sums run over.</param>
    /// <param name="measure">Makes the measure for a moment whose sums are not known yet.</param>
    /// <param name="rule">Makes the rule for a moment. It is called once per row or tensor.</param>
    /// <param name="state">The names of the rule's slots.</param>
    public static RuleBinding LayerWise<TMeasure, TRule>(Scope scope, AtMoment<TMeasure> measure, AtMoment<TRule> rule, params StateSlot[] state)
        where TMeasure : struct, IMeasure
        where TRule : struct, IRule
    {
        ArgumentNullException.ThrowIfNull(measure);
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(state);
        return new RuleBinding<TMeasure, TRule>(measure, rule, state) { Scope = scope };
    }

    /// <summary>Adds numbers of state per row, tensor or group.</summary>
    /// <param name="scope">What they belong to; the same scope as that of the sums.</param>
    /// <param name="advance">Moves them by a step. It is called once per step for each row, tensor or group.</param>
    /// <param name="scalars">Their names.</param>
    /// <returns>The binding itself.</returns>
    public RuleBinding WithScalars(Scope scope, AdvanceScalars advance, params StateSlot[] scalars)
    {
        ArgumentNullException.ThrowIfNull(advance);
        ArgumentNullException.ThrowIfNull(scalars);
        if (Measures && scope != Scope)
        {
            throw new ArgumentException($"The scope of the scalars must be that of the sums, {Scope}, but was {scope}.", nameof(scope));
        }

        (Scope, Advance, Scalars) = (scope, advance, scalars);
        return this;
    }

    /// <summary>Also takes, once per step and parameter, the largest of a number that follows from the sums of each row.</summary>
    /// <param name="ofRow">The number; where it is NaN for any row, so is the largest.</param>
    /// <returns>The binding itself, whose scope must be <see cref="Scope.Row"/>.</returns>
    public RuleBinding WithLargestOverRows(NumberOfRow ofRow)
    {
        ArgumentNullException.ThrowIfNull(ofRow);
        if (!Measures || Scope != Scope.Row)
        {
            throw new InvalidOperationException($"The largest over rows needs sums over rows, but the rule has {(Measures ? $"sums over scope {Scope}" : "none")}.");
        }

        OfRow = ofRow;
        return this;
    }

    /// <summary>Says what names in the equations mean, such as those of numbers that are computed once per step.</summary>
    /// <param name="meanings">Names and what they stand for, each before those that use it.</param>
    /// <returns>The binding itself.</returns>
    public RuleBinding Where(params (string Name, string Meaning)[] meanings)
    {
        ArgumentNullException.ThrowIfNull(meanings);
        definitions.AddRange(meanings);
        return this;
    }

    /// <summary>
    /// The equations of one step, a line each, in the order in which they are computed. Weight decay is shown also where it
    /// is 0, because its place is part of the method.
    /// </summary>
    /// <param name="method">Whose rule it is.</param>
    public IReadOnlyList<string> Equations(Method method)
    {
        ArgumentNullException.ThrowIfNull(method);
        var lines = new List<string>();
        if (method.Maximize)
        {
            lines.Add("g ← −g");
        }

        if (CentralizedFrom is { } order)
        {
            lines.Add($"g ← {(method.DecayForm == DecayForm.Coupled ? "g + λ·θ; g ← " : "")}g − ḡ, ḡ the mean over all axes but the first, for tensors of at least {order} axes");
        }

        lines.AddRange(Curvature?.Equations(State) ?? []);
        lines.AddRange(RuleEquations(method));
        foreach (var (name, meaning) in Enumerable.Reverse(definitions))
        {
            EquationPrinter.Define(lines, name, $"{name} = {meaning}");
        }

        if (Synchronization is { } synchronization)
        {
            lines.AddRange(synchronization.Equations(State));
        }

        if (Evaluation is { } evaluation)
        {
            lines.Add($"evaluate at: x = {evaluation.Equation(State)}");
        }

        return lines;
    }

    internal Kernel<T> CreateKernel<T>(Method method)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Synchronization is { } synchronization
            ? new SynchronizedKernel<T>(CreateOwnKernel<T>(method), synchronization)
            : CreateOwnKernel<T>(method);

    /// <summary>What moves parameters whose numbers are not kept as floats.</summary>
    /// <exception cref="DescentException">The rule needs more than the element, the step and numbers of its tensor.</exception>
    internal StagedKernel CreateStagedKernel(Method method) =>
        MeasuresNothing && (Scalars.Count == 0 || Scope == Scope.Tensor) && CreateOwnStagedKernel(method) is { } kernel
            ? kernel
            : throw new DescentException(
                $"State of less than 32 bits and parameters of 16 bits need an element-wise method, but {Catalogue.NameOf(method)} looks at whole rows or tensors; keep its numbers in 32 bits, or choose another method.");

    /// <summary>Centralizes gradients of tensors with at least this many axes.</summary>
    internal RuleBinding Centralized(int fromAxes)
    {
        CentralizedFrom = fromAxes;
        return this;
    }

    /// <summary>Masks directions against the gradient.</summary>
    internal RuleBinding Cautious(MaskScaling scaling)
    {
        Mask = scaling;
        return this;
    }

    /// <summary>Pulls the parameters back to slow ones every few steps.</summary>
    internal RuleBinding Synchronized(Synchronization synchronization)
    {
        Synchronization = synchronization.After(state);
        state.AddRange(synchronization.Slots);
        Evaluation = new SlotPoint(Synchronization.SlowSlot);
        return this;
    }

    internal RuleBinding EvaluatedAt(EvaluationPoint point)
    {
        Evaluation = point;
        return this;
    }

    internal RuleBinding WithCurvature(ICurvatureUpdate update)
    {
        Curvature = update;
        return this;
    }

    private protected abstract IEnumerable<string> RuleEquations(Method method);

    private protected abstract Kernel<T> CreateOwnKernel<T>(Method method)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Null where the method is no rule per element.</summary>
    private protected virtual StagedKernel? CreateOwnStagedKernel(Method method) => null;
}
