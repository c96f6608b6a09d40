namespace Descent.Landscapes.Runs;

/// <summary>Who won, and how one says it: measured, never scripted.</summary>
public static class Race
{
    /// <summary>
    /// Indices of the participants: those that arrived at the threshold by the number of gradients that it took them, then the others by their
    /// final loss, then those that diverged.
    /// </summary>
    public static IReadOnlyList<int> Order(RunResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var order = new int[result.Entries.Count];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        Array.Sort(order, (a, b) => Compare(result.Entries[a], result.Entries[b]) is not 0 and var before ? before : a.CompareTo(b));
        return order;

        static int Compare(RunEntry a, RunEntry b)
        {
            var byArrival = (a.EvaluationsToArrival ?? int.MaxValue).CompareTo(b.EvaluationsToArrival ?? int.MaxValue);
            var byLoss = IsLost(a).CompareTo(IsLost(b)) is not 0 and var lost ? lost : Judged(a).CompareTo(Judged(b));
            return byArrival != 0 ? byArrival : byLoss;
        }

        static bool IsLost(RunEntry entry) => entry is { Arrival: null, Trajectory.Status: RunStatus.Diverged };

        static double Judged(RunEntry entry) => double.IsNaN(entry.FinalLoss) ? double.PositiveInfinity : entry.FinalLoss;
    }

    /// <summary>What happened: the budget, who arrived first, who ends lowest, who diverged or stalled.</summary>
    public static IReadOnlyList<string> Captions(RunResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var (entries, request) = (result.Entries, result.Request);
        var sentences = new List<string>();
        var what = request.Budget switch { Budget.Updates => "updates", Budget.Examples => "examples", _ => "gradient evaluations" };
        sentences.Add(entries.Count == 1
            ? $"{entries[0].Label} makes {Words.Whole(entries[0].Trajectory.Updates)} updates on {result.Course.Title}."
            : $"{Words.Whole(entries.Count)} optimizers with {Words.Whole(request.Steps)} {what} each on {result.Course.Title}.");
        if (request.Threshold is { } threshold)
        {
            sentences.Add(Arrivals(result, threshold));
        }

        if (entries.Count > 1 && Lowest(entries) is { } best)
        {
            sentences.Add($"{best.Label} ends lowest, at {Words.Short(best.FinalLoss)}.");
        }

        for (var status = RunStatus.Moving + 1; status <= RunStatus.Crawling; status++)
        {
            var who = new List<string>();
            foreach (var entry in entries)
            {
                if (entry.Trajectory.Status == status)
                {
                    who.Add(entry.Label);
                }
            }

            if (who.Count > 0)
            {
                sentences.Add($"{RunStatusWords.Sentence(status, List(who), who.Count > 1)}.");
            }
        }

        return sentences;
    }

    private static string Arrivals(RunResult result, double threshold)
    {
        var arrived = Order(result).Select(i => result.Entries[i]).Where(entry => entry.Arrival is not null).ToArray();
        if (arrived.Length == 0)
        {
            return $"None reaches a loss of {Words.Short(threshold)}.";
        }

        var first = arrived.TakeWhile(entry => entry.EvaluationsToArrival == arrived[0].EvaluationsToArrival).ToArray();
        return $"{List(first.Select(entry => entry.Label))} {(first.Length == 1 ? "is" : "are")} first at a loss of {Words.Short(threshold)}, after {arrived[0].Arrival} steps{(arrived.Length > first.Length ? $"; then {List(arrived[first.Length..].Select(entry => $"{entry.Label} ({entry.Arrival})"))}" : "")}.";
    }

    private static RunEntry? Lowest(IReadOnlyList<RunEntry> entries)
    {
        RunEntry? best = null;
        foreach (var entry in entries)
        {
            if (entry.Trajectory.Status != RunStatus.Diverged && double.IsFinite(entry.FinalLoss) && (best is null || entry.FinalLoss < best.FinalLoss))
            {
                best = entry;
            }
        }

        return best;
    }

    private static string List(IEnumerable<string> names)
    {
        string[] all = [.. names];
        return all.Length <= 2 ? string.Join(" and ", all) : $"{string.Join(", ", all[..^1])} and {all[^1]}";
    }
}
