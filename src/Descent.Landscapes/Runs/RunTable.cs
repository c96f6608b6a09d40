using System.Globalization;
using System.Text;

namespace Descent.Landscapes.Runs;

/// <summary>A run as a table (CSV, RFC 4180, numbers in full and in the invariant culture): one row per optimizer and step.</summary>
public static class RunTable
{
    private static readonly char[] Special = [',', '"', '\n', '\r'];

    /// <summary>
    /// The table: optimizer, step, coordinates, loss, gradient, length of the exact gradient, learning rate, status, and every column of state
    /// (<c>m_x</c>, <c>m_y</c>; empty where a method has none).
    /// </summary>
    public static string Csv(RunResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var size = result.Course.Objective.Dimension;
        string[] variables = size <= 2 ? ["x", "y"] : [.. Enumerable.Range(1, size).Select(i => $"x{i}")];
        variables = variables[..size];
        var names = result.Entries.SelectMany(entry => entry.Trajectory.State.Select(column => column.Name)).Distinct(StringComparer.Ordinal).ToArray();
        var hasEvaluation = result.Entries.Any(entry => entry.Trajectory.Evaluation.Loss.Length > 0);
        var csv = new StringBuilder();
        Row(csv, [
            "optimizer", "step", .. variables, "loss", .. Each("gradient"), "gradient_norm", "learning_rate", "status",
            .. hasEvaluation ? [.. Each("evaluation"), "evaluation_loss"] : Array.Empty<string>(),
            .. names.SelectMany(Each)]);
        foreach (var entry in result.Entries)
        {
            var run = entry.Trajectory;
            for (var step = 0; step <= run.Updates; step++)
            {
                var at = step * size;
                Row(csv, [
                    entry.Label, step.ToString(CultureInfo.InvariantCulture), .. Numbers(run.Theta, at), Words.Number(run.Loss[step]), .. Numbers(run.Gradient, at),
                    Words.Number(run.GradientNorm[step]), Words.Number(run.LearningRate[step]), RunStatusWords.Of(run.Statuses[step]),
                    .. hasEvaluation ? [.. Numbers(run.Evaluation.Theta, at), run.Evaluation.Loss.Length > 0 ? Words.Number(run.Evaluation.Loss[step]) : ""] : Array.Empty<string>(),
                    .. names.SelectMany(name => Numbers(run.State.FirstOrDefault(column => column.Name == name)?.Values ?? [], at))]);
            }
        }

        return csv.ToString();

        IEnumerable<string> Each(string name) => variables.Select(variable => $"{name}_{variable}");

        IEnumerable<string> Numbers(double[] values, int at) => Enumerable.Range(at, size).Select(i => i < values.Length ? Words.Number(values[i]) : "");
    }

    private static void Row(StringBuilder csv, IEnumerable<string> cells) =>
        csv.AppendJoin(',', cells.Select(cell => cell.IndexOfAny(Special) < 0 ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"")).Append("\r\n");
}
