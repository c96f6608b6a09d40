using Descent.Landscapes.Runs;

namespace Descent.Landscapes.Interface;

/// <summary>Writes the replies of a page's first picture by hand, letter for letter as <see cref="Json"/> does, whose writers take a browser's runtime too long to make.</summary>
internal static class FirstReplies
{
    public static string Write(RunReply reply)
    {
        var json = new ReplyWriter();
        json.Begin('{');
        json.Name("title").Text(reply.Title);
        json.Name("dimension").Whole(reply.Dimension);
        Numbers(json.Name("box"), reply.Box);
        Numbers(json.Name("start"), reply.Start);
        Known(json, reply.Known);
        json.Name("entries").Begin('[');
        foreach (var entry in reply.Entries)
        {
            Entry(json, entry);
        }

        json.End(']');
        Wholes(json.Name("order"), reply.Order);
        json.Name("captions").Begin('[');
        foreach (var caption in reply.Captions)
        {
            json.Text(caption);
        }

        json.End(']');
        json.End('}');
        return json.ToString();
    }

    public static string Write(GridReply reply)
    {
        var json = new ReplyWriter();
        json.Begin('{');
        Numbers(json.Name("box"), reply.Box);
        json.Name("columns").Whole(reply.Columns);
        json.Name("rows").Whole(reply.Rows);
        json.Name("lowest").Number(reply.Lowest);
        json.Name("highest").Number(reply.Highest);
        Numbers(json.Name("levels"), reply.Levels);
        json.Name("stationary_points").Begin('[');
        foreach (var point in reply.StationaryPoints)
        {
            json.Begin('{');
            Numbers(json.Name("point"), point.Point);
            json.Name("value").Number(point.Value);
            json.Name("kind").Text(point.Kind switch
            {
                CriticalKind.Minimum => "minimum",
                CriticalKind.Maximum => "maximum",
                CriticalKind.Saddle => "saddle",
                _ => "degenerate",
            });
            Numbers(json.Name("eigenvalues"), point.Eigenvalues);
            json.End('}');
        }

        json.End(']');
        Known(json, reply.Known);
        Column(json.Name("values"), reply.Values);
        if (reply.Gradients is { } gradients)
        {
            Column(json.Name("gradients"), gradients);
        }
        else
        {
            json.Name("gradients").Text(null);
        }

        json.End('}');
        return json.ToString();
    }

    private static void Entry(ReplyWriter json, EntryReply entry)
    {
        json.Begin('{');
        json.Name("label").Text(entry.Label);
        json.Name("optimizer").Text(entry.Optimizer);
        json.Name("form").Text(entry.Form);
        json.Name("style").Begin('{');
        json.Name("light").Text(entry.Style.Light);
        json.Name("dark").Text(entry.Style.Dark);
        Wholes(json.Name("dash"), entry.Style.Dash);
        json.Name("marker").Text(entry.Style.Marker);
        json.End('}');
        json.Name("updates").Whole(entry.Updates);
        json.Name("status").Text(entry.Status);
        json.Name("final_loss").Number(entry.FinalLoss);
        json.Name("arrival").Whole(entry.Arrival);
        json.Name("path_length").Number(entry.PathLength);
        json.Name("gradient_evaluations_per_update").Whole(entry.GradientEvaluationsPerUpdate);
        json.Name("examples_per_update").Whole(entry.ExamplesPerUpdate);
        Write(json.Name("stability"), entry.Stability);
        json.Name("columns").Begin('[');
        foreach (var column in entry.Columns)
        {
            Column(json, column);
        }

        json.End(']');
        json.End('}');
    }

    private static void Write(ReplyWriter json, Stability? stability)
    {
        if (stability is null)
        {
            json.Text(null);
            return;
        }

        json.Begin('{');
        json.Name("curvature").Number(stability.Curvature);
        json.Name("product").Number(stability.Product);
        json.Name("limit").Number(stability.Limit);
        json.Name("is_stable").Flag(stability.IsStable);
        json.Name("largest_rate").Number(stability.LargestRate);
        json.Name("text").Text(stability.Text);
        json.End('}');
    }

    private static void Known(ReplyWriter json, IReadOnlyList<KnownPoint> points)
    {
        json.Name("known").Begin('[');
        foreach (var known in points)
        {
            json.Begin('{');
            Numbers(json.Name("point"), known.Point);
            json.Name("value").Number(known.Value);
            json.Name("kind").Text(known.Kind);
            json.End('}');
        }

        json.End(']');
    }

    private static void Column(ReplyWriter json, Column column)
    {
        json.Begin('{');
        json.Name("name").Text(column.Name);
        json.Name("symbol").Text(column.Symbol);
        json.Name("kind").Text(column.Kind);
        json.Name("width").Whole(column.Width);
        json.Name("offset").Whole(column.Offset);
        json.Name("length").Whole(column.Length);
        json.End('}');
    }

    private static void Numbers(ReplyWriter json, double[] values)
    {
        json.Begin('[');
        foreach (var value in values)
        {
            json.Number(value);
        }

        json.End(']');
    }

    private static void Wholes(ReplyWriter json, IReadOnlyList<int> values)
    {
        json.Begin('[');
        foreach (var value in values)
        {
            json.Whole(value);
        }

        json.End(']');
    }
}
