using System.Globalization;
using Descent.Lanes;
using Descent.Optimizers;

namespace Descent.Engine;

/// <summary>Prints what a rule computes, by running it on symbols.</summary>
internal static class EquationPrinter
{
    /// <summary>The equations of a rule, a line each.</summary>
    /// <param name="rule">Any moment's.</param>
    /// <param name="state">The names of its slots.</param>
    /// <param name="method">Whose rule it is.</param>
    /// <param name="isDecayed">Whether coupled decay is in the gradient already.</param>
    public static IReadOnlyList<string> Print<TRule>(TRule rule, IReadOnlyList<StateSlot> state, Method method, bool isDecayed = false)
        where TRule : struct, IRule
    {
        var eta = method.StepSize(new StepPoint(2, 1, 1, 1));
        var lambda = new Constant("λ", 0);
        return method.DecayForm switch
        {
            DecayForm.Coupled when !isDecayed => Lines(new Descend<Coupled<TRule>>(new Coupled<TRule>(rule, lambda), eta), state),
            DecayForm.Decoupled => Lines(new DescendAndDecay<TRule>(rule, eta, new Constant($"{method.RateSymbol}·λ", 0)), state),
            DecayForm.Independent => Lines(new DescendAndDecay<TRule>(rule, eta, lambda), state),
            DecayForm.Proximal => Lines(new DescendAndShrink<TRule>(rule, eta, new Constant($"1 + {method.RateSymbol}·λ", 0)), state),
            _ => Lines(new Descend<TRule>(rule, eta), state),
        };
    }

    /// <summary>The sums of a measure, one line each.</summary>
    public static IEnumerable<string> PrintSums<TMeasure>(TMeasure measure, IReadOnlyList<StateSlot> state, bool withDecay = false)
        where TMeasure : struct, IMeasure
    {
        var slots = Slots(state, state.Count);
        var terms = new Symbol[4];
        var (g, theta) = (new Symbol("g"), new Symbol("θ"));
        measure.Measure(withDecay ? g + (new Symbol("λ") * theta) : g, theta, slots[0], slots[1], slots[2], slots[3], ref terms[0], ref terms[1], ref terms[2], ref terms[3]);
        return terms[..TMeasure.Terms].Select(term => $"{term.Expression.Text} = Σ {Summand(term.Expression.Operands[0])}");

        static string Summand(Expression term) =>
            term.Form == Form.Sum ? $"({term})" : $"{term}";
    }

    /// <summary>Where a method is evaluated.</summary>
    public static string PrintPoint<TUpdate>(TUpdate update, IReadOnlyList<StateSlot> state)
        where TUpdate : struct, IUpdate
    {
        var slots = Slots(state, TUpdate.Slots);
        return update.Next(new Symbol("g"), new Symbol("θ"), ref slots[0], ref slots[1], ref slots[2], ref slots[3]).ToString();
    }

    /// <summary>What an estimate of curvature does to the state.</summary>
    public static IEnumerable<string> PrintEstimate<TUpdate>(TUpdate update, IReadOnlyList<StateSlot> state)
        where TUpdate : struct, IUpdate =>
        Lines(update, state, "ĥ").Select(line => $"with an estimate ĥ: {line}");

    /// <summary>Puts a definition before the first line that uses it.</summary>
    public static void Define(List<string> lines, string name, string definition) =>
        lines.Insert(Math.Max(0, lines.FindIndex(line => Mentions(line, name))), definition);

    /// <summary>Puts a sum behind the lines whose results it runs over; first, when it needs none.</summary>
    public static bool PutBehind(List<string> lines, string sum)
    {
        var last = lines.FindLastIndex(line => line.Split(" = ") is [var name, _, ..] && Mentions(sum.Split(" = ")[1], name));
        if (last >= 0)
        {
            lines.Insert(last + 1, sum);
        }

        return last >= 0;
    }

    private static bool Mentions(string line, string name)
    {
        for (var at = line.IndexOf(name, StringComparison.Ordinal); at >= 0; at = line.IndexOf(name, at + 1, StringComparison.Ordinal))
        {
            var end = at + name.Length;
            if ((at == 0 || !Continues(line[at - 1])) && (end == line.Length || !Continues(line[end])))
            {
                return true;
            }
        }

        return false;

        static bool Continues(char character) =>
            (char.IsLetter(character) || char.IsNumber(character) || character is '_' or '′'
                || char.GetUnicodeCategory(character) == UnicodeCategory.NonSpacingMark)
            && character is not ('²' or '³');
    }

    private static Symbol[] Slots(IReadOnlyList<StateSlot> state, int count)
    {
        var slots = new Symbol[4];
        for (var i = 0; i < Math.Min(count, 4); i++)
        {
            slots[i] = new Symbol(state[i].Symbol);
        }

        return slots;
    }

    private static List<string> Lines<TUpdate>(TUpdate update, IReadOnlyList<StateSlot> state, string gradient = "g")
        where TUpdate : struct, IUpdate
    {
        var before = Slots(state, TUpdate.Slots);
        var after = (Symbol[])before.Clone();
        var start = new Symbol("θ");
        var theta = update.Next(new Symbol(gradient), start, ref after[0], ref after[1], ref after[2], ref after[3]);

        // What is computed, by name: states in slot order, then the named intermediates as they are met. What stays says nothing.
        var steps = new List<Step>();
        var taken = state.Take(TUpdate.Slots).Select(slot => slot.Symbol).ToHashSet();
        for (var i = 0; i < TUpdate.Slots; i++)
        {
            if (!ReferenceEquals(after[i].Expression, before[i].Expression))
            {
                AddNamed(after[i].Expression, steps, taken);
                steps.Add(new(state[i].Symbol, after[i].Expression, before[i].Expression));
            }
        }

        if (!ReferenceEquals(theta.Expression, start.Expression))
        {
            AddNamed(theta.Expression, steps, taken);
            steps.Add(new("θ", theta.Expression, start.Expression) { IsParameter = true });
        }

        return Order(steps);
    }

    private static void AddNamed(Expression node, List<Step> steps, HashSet<string> taken)
    {
        if (steps.Exists(step => ReferenceEquals(step.Value, node)))
        {
            return;
        }

        foreach (var operand in node.Operands)
        {
            AddNamed(operand, steps, taken);
        }

        if (node.Form == Form.Named && !steps.Exists(step => ReferenceEquals(step.Value, node)))
        {
            // What a rule and its wrapper both call u are u and u′.
            var name = node.Text;
            while (!taken.Add(name))
            {
                name += "′";
            }

            steps.Add(new(name, node, null));
        }
    }

    /// <summary>A line comes after the lines whose results it uses, and before the line that overwrites what it reads.</summary>
    private static List<string> Order(List<Step> steps)
    {
        // A second name for the same thing needs no line, nor does a direction that is the whole of what θ loses.
        steps.RemoveAll(step => step.Old is null && (step.Right.Form == Form.Leaf || NameOf(step.Right) is not null));
        if (steps.Find(step => step.IsParameter) is { Value: { Form: Form.Sum, Text: "−" } loss } && loss.Operands[1].Form == Form.Named)
        {
            steps.RemoveAll(step => step.Name == "d" && ReferenceEquals(step.Value, loss.Operands[1]));
        }

        var lines = new List<string>();
        var left = new List<Step>(steps);
        while (left.Count > 0)
        {
            var next = left.FindIndex(step => left.TrueForAll(other =>
                ReferenceEquals(other, step)
                || ((IsCopy(other) || !Uses(step, other.Value)) && !(step.Old is { } old && Uses(other, old)))));
            var line = left[Math.Max(next, 0)];
            left.RemoveAt(Math.Max(next, 0));
            lines.Add($"{line.Name} {(line.Old is null ? "=" : "←")} {line.Right.Print(node => ReferenceEquals(node, line.Value) ? null : NameOf(node))}");
        }

        return lines;

        bool Uses(Step step, Expression wanted) => step.Right.Contains(wanted, node => NameOf(node) is not null);

        string? NameOf(Expression node) => steps.Find(step => ReferenceEquals(step.Value, node)) is { } named && !IsCopy(named) ? named.Name : null;

        // A state that takes over the gradient for the next step gives it no new name in this one.
        bool IsCopy(Step step) =>
            step is { Old: not null, IsParameter: false } && step.Value.Form != Form.Named
            && !steps.Exists(other => other is { Old: { } old, IsParameter: false } && step.Value.Contains(old, _ => false));
    }

    /// <summary>A line to be: what is computed, under which name, and what it overwrites.</summary>
    private sealed record Step(string Name, Expression Value, Expression? Old)
    {
        public bool IsParameter { get; init; }

        public Expression Right => Value.Form == Form.Named ? Value.Operands[0] : Value;
    }
}
