using System.Globalization;
using System.Text;
using Descent.Landscapes.Runs;

namespace Descent.Landscapes.Interface;

/// <summary>C# that makes the same run.</summary>
internal static class CodeFunction
{
    public static string Of(RunRequest request)
    {
        var code = new StringBuilder();
        code.AppendLine("using Descent.Landscapes.Runs;").AppendLine();
        code.AppendLine("var result = Runner.Run(new RunRequest");
        code.AppendLine("{");
        Line("Landscape", Place(request.Landscape), isDefault: false);
        Line("Start", request.Start is { } start ? Array(start) : "", request.Start is null);
        code.AppendLine("    Optimizers =").AppendLine("    [");
        foreach (var entrant in request.Optimizers)
        {
            code.Append("        new Entrant { Optimizer = ").Append(Text(entrant.Optimizer));
            Append(entrant.Label is not null && entrant.Label != entrant.Optimizer, $", Label = {Text(entrant.Label)}");
            Append(entrant.LearningRate is not null, $", LearningRate = {Number(entrant.LearningRate ?? 0)}");
            Append(entrant.Schedule is not null, $", Schedule = {Text(entrant.Schedule)}");
            Append(entrant.Correction is not null, $", Correction = Correction.{entrant.Correction}");
            Append(entrant.State is { Count: > 0 }, $", State = new() {{ {string.Join(", ", (entrant.State ?? []).Select(pair => $"[{Text(pair.Key)}] = {Array(pair.Value)}"))} }}");
            code.AppendLine(" },");
        }

        code.AppendLine("    ],");
        Line("LearningRate", Number(request.LearningRate ?? 0), request.LearningRate is null);
        Line("Schedule", Text(request.Schedule), request.Schedule is null);
        Line("ClipNorm", Number(request.ClipNorm ?? 0), request.ClipNorm is null);
        Line("ClipValue", Number(request.ClipValue ?? 0), request.ClipValue is null);
        Line("Noise", request.Noise is { } noise ? $"new Noise {{ Sigma = {Number(noise.Sigma)}, Kind = NoiseKind.{noise.Kind} }}" : "", request.Noise is null);
        Line("Batches", request.Batches is { } batches ? Drawn(batches) : "", request.Batches is null);
        Line("Seed", request.Seed.ToString(CultureInfo.InvariantCulture), request.Seed == 0);
        Line("Steps", request.Steps.ToString(CultureInfo.InvariantCulture), isDefault: false);
        Line("Budget", $"Budget.{request.Budget}", request.Budget == Budget.GradientEvaluations);
        Line("Threshold", Number(request.Threshold ?? 0), request.Threshold is null);
        code.AppendLine("});").AppendLine();
        code.AppendLine("foreach (var entry in result.Entries)");
        code.AppendLine("{");
        code.AppendLine("    Console.WriteLine($\"{entry.Label}: loss {entry.FinalLoss} after {entry.Trajectory.Updates} updates, {RunStatusWords.Of(entry.Trajectory.Status)}\");");
        code.AppendLine("}");
        return code.ToString();

        void Line(string name, string value, bool isDefault) => Append(!isDefault, $"    {name} = {value},{Environment.NewLine}");

        void Append(bool isGiven, string text) => code.Append(isGiven ? text : "");
    }

    private static string Place(Place place)
    {
        var constants = place.Constants is { Count: > 0 } given ? $", Constants = new() {{ {string.Join(", ", given.Select(pair => $"[{Text(pair.Key)}] = {Number(pair.Value)}"))} }}" : "";
        var box = place.Box is { } edges ? $", Box = {Array(edges)}" : "";
        return place switch
        {
            { Stream: { } rows } => $"new Place {{ Stream = [{string.Join(", ", rows.Select(Array))}] }}",
            { Formula: { } formula } => $"new Place {{ Formula = {Text(formula)}{constants}{box} }}",
            { Points: { } points } => $"new Place {{ Id = {Text(place.Id)}, Points = [{string.Join(", ", points.Select(Array))}]{box} }}",
            _ => $"new Place {{ Id = {Text(place.Id)}{constants}{box} }}",
        };
    }

    private static string Drawn(Batches batches)
    {
        string?[] parts =
        [
            batches.Rows is null ? $"Size = {batches.Size}" : $"Rows = [{string.Join(", ", batches.Rows.Select(row => $"[{string.Join(", ", row)}]"))}]",
            batches.WithReplacement ? "WithReplacement = true" : null,
            batches.KeepOrder ? "KeepOrder = true" : null,
            batches.DropLast ? "DropLast = true" : null,
            batches.StaleGradients ? "StaleGradients = true" : null,
            batches.Accumulate == 1 ? null : $"Accumulate = {batches.Accumulate}",
            batches.Undivided ? "Undivided = true" : null,
        ];
        return $"new Batches {{ {string.Join(", ", parts.Where(part => part is not null))} }}";
    }

    private static string Array(double[] values) => $"[{string.Join(", ", values.Select(Number))}]";

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Text(string? text) => $"\"{(text ?? "").Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\"";
}
