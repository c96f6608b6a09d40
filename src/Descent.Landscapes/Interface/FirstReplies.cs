using System.Buffers;
using System.Text;
using System.Text.Json;
using Descent.Landscapes.Runs;

namespace Descent.Landscapes.Interface;

/// <summary>Writes the replies of a page's first picture by hand, letter for letter as <see cref="Json"/> does, whose writers take a browser's runtime too long to make.</summary>
internal static class FirstReplies
{
    public static string Write(RunReply reply) => Write(json =>
    {
        json.WriteString("title", reply.Title);
        json.WriteNumber("dimension", reply.Dimension);
        Numbers(json, "box", reply.Box);
        Numbers(json, "start", reply.Start);
        Known(json, reply.Known);
        json.WriteStartArray("entries");
        foreach (var entry in reply.Entries)
        {
            Entry(json, entry);
        }

        json.WriteEndArray();
        Wholes(json, "order", reply.Order);
        json.WriteStartArray("captions");
        foreach (var caption in reply.Captions)
        {
            json.WriteStringValue(caption);
        }

        json.WriteEndArray();
    });

    public static string Write(GridReply reply) => Write(json =>
    {
        Numbers(json, "box", reply.Box);
        json.WriteNumber("columns", reply.Columns);
        json.WriteNumber("rows", reply.Rows);
        Number(json, "lowest", reply.Lowest);
        Number(json, "highest", reply.Highest);
        Numbers(json, "levels", reply.Levels);
        json.WriteStartArray("stationary_points");
        foreach (var point in reply.StationaryPoints)
        {
            json.WriteStartObject();
            Numbers(json, "point", point.Point);
            Number(json, "value", point.Value);
            json.WriteString("kind", point.Kind switch
            {
                CriticalKind.Minimum => "minimum",
                CriticalKind.Maximum => "maximum",
                CriticalKind.Saddle => "saddle",
                _ => "degenerate",
            });
            Numbers(json, "eigenvalues", point.Eigenvalues);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        Known(json, reply.Known);
        Column(json, "values", reply.Values);
        if (reply.Gradients is { } gradients)
        {
            Column(json, "gradients", gradients);
        }
        else
        {
            json.WriteNull("gradients");
        }
    });

    private static string Write(Action<Utf8JsonWriter> fields)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            fields(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(text.WrittenSpan);
    }

    private static void Entry(Utf8JsonWriter json, EntryReply entry)
    {
        json.WriteStartObject();
        json.WriteString("label", entry.Label);
        json.WriteString("optimizer", entry.Optimizer);
        json.WriteString("form", entry.Form);
        json.WriteStartObject("style");
        json.WriteString("light", entry.Style.Light);
        json.WriteString("dark", entry.Style.Dark);
        Wholes(json, "dash", entry.Style.Dash);
        json.WriteString("marker", entry.Style.Marker);
        json.WriteEndObject();
        json.WriteNumber("updates", entry.Updates);
        json.WriteString("status", entry.Status);
        Number(json, "final_loss", entry.FinalLoss);
        if (entry.Arrival is { } arrival)
        {
            json.WriteNumber("arrival", arrival);
        }
        else
        {
            json.WriteNull("arrival");
        }

        Number(json, "path_length", entry.PathLength);
        json.WriteNumber("gradient_evaluations_per_update", entry.GradientEvaluationsPerUpdate);
        json.WriteNumber("examples_per_update", entry.ExamplesPerUpdate);
        Write(json, entry.Stability);
        json.WriteStartArray("columns");
        foreach (var column in entry.Columns)
        {
            Column(json, null, column);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Stability? stability)
    {
        if (stability is null)
        {
            json.WriteNull("stability");
            return;
        }

        json.WriteStartObject("stability");
        Number(json, "curvature", stability.Curvature);
        Number(json, "product", stability.Product);
        Number(json, "limit", stability.Limit);
        json.WriteBoolean("is_stable", stability.IsStable);
        Number(json, "largest_rate", stability.LargestRate);
        json.WriteString("text", stability.Text);
        json.WriteEndObject();
    }

    private static void Known(Utf8JsonWriter json, IReadOnlyList<KnownPoint> points)
    {
        json.WriteStartArray("known");
        foreach (var known in points)
        {
            json.WriteStartObject();
            Numbers(json, "point", known.Point);
            Number(json, "value", known.Value);
            json.WriteString("kind", known.Kind);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Column(Utf8JsonWriter json, string? name, Column column)
    {
        if (name is null)
        {
            json.WriteStartObject();
        }
        else
        {
            json.WriteStartObject(name);
        }

        json.WriteString("name", column.Name);
        json.WriteString("symbol", column.Symbol);
        json.WriteString("kind", column.Kind);
        json.WriteNumber("width", column.Width);
        json.WriteNumber("offset", column.Offset);
        json.WriteNumber("length", column.Length);
        json.WriteEndObject();
    }

    private static void Numbers(Utf8JsonWriter json, string name, double[] values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            Number(json, value);
        }

        json.WriteEndArray();
    }

    private static void Wholes(Utf8JsonWriter json, string name, IReadOnlyList<int> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteNumberValue(value);
        }

        json.WriteEndArray();
    }

    private static void Number(Utf8JsonWriter json, string name, double value)
    {
        json.WritePropertyName(name);
        Number(json, value);
    }

    private static void Number(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumberValue(value);
        }
        else
        {
            json.WriteStringValue(double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
        }
    }
}
