using Descent.Lanes;
using Descent.Optimizers;
using Descent.Storage;

namespace Descent.Engine;

/// <summary>A binding whose measure and rule are known, so that what runs is made for them.</summary>
internal sealed class RuleBinding<TMeasure, TRule> : RuleBinding
    where TMeasure : struct, IMeasure
    where TRule : struct, IRule
{
    private readonly AtMoment<TMeasure>? measure;
    private readonly AtMoment<TRule> rule;

    public RuleBinding(AtMoment<TMeasure>? measure, AtMoment<TRule> rule, StateSlot[] state)
        : base(state)
    {
        if (TRule.Slots is < 0 or > 4 || TMeasure.Slots is < 0 or > 4 || TMeasure.Terms is < 0 or > 4)
        {
            throw new ArgumentException(
                $"A rule has 0 to 4 slots, and a measure 0 to 4 slots and terms, but the rule has {TRule.Slots}, and the measure {TMeasure.Slots} and {TMeasure.Terms}.",
                nameof(rule));
        }

        if (state.Length != TRule.Slots)
        {
            throw new ArgumentException($"The rule has {TRule.Slots} slots, but {state.Length} names were given.", nameof(state));
        }

        this.measure = measure;
        this.rule = rule;
    }

    private protected override bool Measures => measure is not null;

    internal override bool CanRecord => !Measures && CentralizedFrom is null && Mask is null && (Scalars.Count == 0 || Scope == Scope.Tensor);

    internal override double Record(in Moment moment, double g, double theta, ReadOnlySpan<double> slots, List<NamedNumber> into) =>
        Recorded.Record(rule(in moment), g, theta, slots, into);

    private protected override IEnumerable<string> RuleEquations(Method method)
    {
        // Numbers do not show: any that make all terms of the equations appear will do.
        Span<double> ones = stackalloc double[Math.Max(4, Scalars.Count)];
        ones.Fill(1);
        var moment = new Moment(new StepPoint(2, 1, 1, 1), [2, 2], 2, ones[..4], ones[..4], ones);
        var isDecayed = CentralizedFrom is not null;
        var lines = new List<string>(Mask is null
            ? EquationPrinter.Print(rule(in moment), State, method, isDecayed)
            : EquationPrinter.Print(new Masked<TRule>(rule(in moment), 1), State, method, isDecayed));
        List<string> first = measure is null
            ? []
            : [.. EquationPrinter.PrintSums(measure(in moment), State, method.DecayForm == DecayForm.Coupled && !isDecayed)];
        first.RemoveAll(sum => EquationPrinter.PutBehind(lines, sum));
        first.AddRange(Scalars.Where(scalar => scalar.Equation is not null).Select(scalar => $"{scalar.Symbol} ← {scalar.Equation}"));
        if (Mask is { } mask)
        {
            EquationPrinter.Define(lines, "φ", mask.Equation());
        }

        return first.Concat(lines);
    }

    private protected override Kernel<T> CreateOwnKernel<T>(Method method) =>
        IsElementWise
            ? new ElementKernel<T, TRule>(method, rule)
            : new MeasuredKernel<T, TMeasure, TRule>(method, this, measure, rule);

    private protected override StagedKernel CreateOwnStagedKernel(Method method) => new StagedKernel<TRule>(method, this, rule);
}
