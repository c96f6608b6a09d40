using Descent.Lanes;
using Descent.Optimizers;

namespace Descent.Engine;

/// <summary>Prints what a rule computes, by running it on symbols.</summary>
internal static class EquationPrinter
{
    public static IReadOnlyList<string> Print<TRule>(TRule rule, IReadOnlyList<StateSlot> state, Method method)
        where TRule : struct, IRule
    {
        var eta = method.StepSize(new StepPoint(2, 1, 1, 1));
        var lambda = new Constant("λ", 0);
        var lines = method.DecayForm switch
        {
            DecayForm.Coupled => Lines(new Descend<Coupled<TRule>>(new Coupled<TRule>(rule, lambda), eta), state),
            DecayForm.Decoupled => Lines(new DescendAndDecay<TRule>(rule, eta, new Constant($"{method.RateSymbol}·λ", 0)), state),
            DecayForm.Independent => Lines(new DescendAndDecay<TRule>(rule, eta, lambda), state),
            DecayForm.Proximal => Lines(new DescendAndShrink<TRule>(rule, eta, new Constant($"1 + {method.RateSymbol}·λ", 0)), state),
            _ => Lines(new Descend<TRule>(rule, eta), state),
        };
        return lines;
    }

    /// <summary>The sums of a measure, one line each.</summary>
    public static IEnumerable<string> PrintSums<TMeasure>(TMeasure measure, IReadOnlyList<StateSlot> state)
        where TMeasure : struct, IMeasure
    {
        var slots = new Symbol[4];
        for (var i = 0; i < Math.Min(state.Count, 4); i++)
        {
            slots[i] = new Symbol(state[i].Name);
        }

        var terms = new Symbol[4];
        measure.Measure(new Symbol("g"), new Symbol("θ"), slots[0], slots[1], slots[2], slots[3], ref terms[0], ref terms[1], ref terms[2], ref terms[3]);
        return terms[..TMeasure.Terms].Select(term => $"{term.Expression.Text} = Σ {term.Expression.Operands[0].Print(_ => null)}");
    }

    /// <summary>What an estimate of curvature does to the state.</summary>
    public static IEnumerable<string> PrintEstimate<TUpdate>(TUpdate update, IReadOnlyList<StateSlot> state)
        where TUpdate : struct, IUpdate =>
        Lines(update, state, "ĥ").Select(line => $"with an estimate ĥ: {line}");

    private static List<string> Lines<TUpdate>(TUpdate update, IReadOnlyList<StateSlot> state, string gradient = "g")
        where TUpdate : struct, IUpdate
    {
        var before = new Symbol[4];
        for (var i = 0; i < TUpdate.Slots; i++)
        {
            before[i] = new Symbol(state[i].Name);
        }

        var after = (Symbol[])before.Clone();
        var start = new Symbol("θ");
        var theta = update.Next(new Symbol(gradient), start, ref after[0], ref after[1], ref after[2], ref after[3]);

        // What is computed, by name: states in slot order, then the named intermediates as they are met. What stays says nothing.
        var steps = new List<(string Name, Expression Value, Expression? Old)>();
        for (var i = 0; i < TUpdate.Slots; i++)
        {
            if (!ReferenceEquals(after[i].Expression, before[i].Expression))
            {
                AddNamed(after[i].Expression, steps);
                steps.Add((state[i].Name, after[i].Expression, before[i].Expression));
            }
        }

        if (!ReferenceEquals(theta.Expression, start.Expression))
        {
            AddNamed(theta.Expression, steps);
            steps.Add(("θ", theta.Expression, null));
        }

        return Order(steps);
    }

    private static void AddNamed(Expression node, List<(string Name, Expression Value, Expression? Old)> steps)
    {
        if (steps.Exists(step => ReferenceEquals(step.Value, node)))
        {
            return;
        }

        foreach (var operand in node.Operands)
        {
            AddNamed(operand, steps);
        }

        if (node.Form == Form.Named && !steps.Exists(step => ReferenceEquals(step.Value, node)))
        {
            steps.Add((node.Text, node, null));
        }
    }

    /// <summary>A line comes after the lines whose results it uses, and before the line that overwrites what it reads.</summary>
    private static List<string> Order(List<(string Name, Expression Value, Expression? Old)> steps)
    {
        var lines = new List<string>();
        var left = new List<(string Name, Expression Value, Expression? Old)>(steps);
        while (left.Count > 0)
        {
            var next = left.FindIndex(step => left.TrueForAll(other =>
                ReferenceEquals(other.Value, step.Value)
                || ((IsCopy(other) || !Uses(step.Value, other.Value)) && !(step.Old is { } old && Uses(other.Value, old)))));
            var (name, value, overwritten) = left[Math.Max(next, 0)];
            left.RemoveAt(Math.Max(next, 0));
            var assigned = overwritten is not null || name == "θ";
            lines.Add($"{name} {(assigned ? "←" : "=")} {Right(value).Print(node => ReferenceEquals(node, value) ? null : NameOf(node))}");
        }

        return lines;

        bool Uses(Expression value, Expression wanted) => Right(value).Contains(wanted, node => NameOf(node) is not null);

        string? NameOf(Expression node)
        {
            var index = steps.FindIndex(step => ReferenceEquals(step.Value, node));
            return index < 0 || IsCopy(steps[index]) ? null : steps[index].Name;
        }

        // A state that takes over the gradient for the next step gives it no new name in this one.
        bool IsCopy((string Name, Expression Value, Expression? Old) step) =>
            step.Old is not null && step.Value.Form != Form.Named && !steps.Exists(other => other.Old is { } old && step.Value.Contains(old, _ => false));

        static Expression Right(Expression value) => value.Form == Form.Named ? value.Operands[0] : value;
    }
}
