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
        return
        [
            .. Enumerable.Range(0, result.Entries.Count)
                .OrderBy(i => result.Entries[i].EvaluationsToArrival ?? int.MaxValue)
                .ThenBy(i => result.Entries[i] is { Arrival: null, Trajectory.Status: RunStatus.Diverged })
                .ThenBy(i => double.IsNaN(result.Entries[i].FinalLoss) ? double.PositiveInfinity : result.Entries[i].FinalLoss),
        ];
    }

    /// <summary>What happened: the budget, who arrived first, who ends lowest, who diverged or stalled.</summary>
    public static IReadOnlyList<string> Captions(RunResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var (entries, request) = (result.Entries, result.Request);
        var sentences = new List<string>();
        var what = request.Budget switch { Budget.Updates => "updates", Budget.Examples => "examples", _ => "gradient evaluations" };
        sentences.Add(entries.Count == 1
            ? $"{entries[0].Label} makes {entries[0].Trajectory.Updates} updates on {result.Course.Title}."
            : $"{entries.Count} optimizers with {request.Steps} {what} each on {result.Course.Title}.");
        if (request.Threshold is { } threshold)
        {
            var arrived = Order(result).Select(i => entries[i]).Where(entry => entry.Arrival is not null).ToArray();
            if (arrived.Length == 0)
            {
                sentences.Add($"None reaches a loss of {Words.Short(threshold)}.");
            }
            else
            {
                var first = arrived.TakeWhile(entry => entry.EvaluationsToArrival == arrived[0].EvaluationsToArrival).ToArray();
                sentences.Add($"{List(first.Select(entry => entry.Label))} {(first.Length == 1 ? "is" : "are")} first at a loss of {Words.Short(threshold)}, after {arrived[0].Arrival} steps{(arrived.Length > first.Length ? $"; then {List(arrived[first.Length..].Select(entry => $"{entry.Label} ({entry.Arrival})"))}" : "")}.");
            }
        }

        var finite = entries.Where(entry => entry.Trajectory.Status != RunStatus.Diverged && double.IsFinite(entry.FinalLoss)).ToArray();
        if (finite.Length > 0 && entries.Count > 1)
        {
            var best = finite.MinBy(entry => entry.FinalLoss)!;
            sentences.Add($"{best.Label} ends lowest, at {Words.Short(best.FinalLoss)}.");
        }

        foreach (var group in entries.GroupBy(entry => entry.Trajectory.Status).Where(group => group.Key != RunStatus.Moving).OrderBy(group => group.Key))
        {
            sentences.Add($"{RunStatusWords.Sentence(group.Key, List(group.Select(entry => entry.Label)), group.Count() > 1)}.");
        }

        return sentences;
    }

    private static string List(IEnumerable<string> names)
    {
        string[] all = [.. names];
        return all.Length <= 2 ? string.Join(" and ", all) : $"{string.Join(", ", all[..^1])} and {all[^1]}";
    }
}
