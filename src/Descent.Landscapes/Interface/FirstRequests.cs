using System.Text;
using System.Text.Json;
using Descent.Landscapes.Runs;

namespace Descent.Landscapes.Interface;

/// <summary>
/// Reads the requests of a page's first picture by hand. <see cref="Json"/> says what a request is; making its readers takes a browser's runtime
/// half a second (see docs/decisions), so what is well-formed and usual is read here, and everything else, mistakes above all, is left to it.
/// </summary>
internal static class FirstRequests
{
    /// <summary>A request for a run; null where it is for <see cref="Json"/> to read.</summary>
    public static RunRequest? Run(string text) => Read(text, Run);

    /// <summary>A request for a grid; null where it is for <see cref="Json"/> to read.</summary>
    public static GridRequest? Grid(string text) => Read(text, Grid);

    private delegate T? Reading<T>(ref Utf8JsonReader json)
        where T : class;

    private static T? Read<T>(string text, Reading<T> reading)
        where T : class
    {
        try
        {
            var json = new Utf8JsonReader(Encoding.UTF8.GetBytes(text));
            return json.Read() && json.TokenType == JsonTokenType.StartObject && reading(ref json) is { } request && !json.Read() ? request : null;
        }
        catch (Exception mistake) when (mistake is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static RunRequest? Run(ref Utf8JsonReader json)
    {
        var run = new RunRequest();
        while (Next(ref json) is { } field)
        {
            switch (field)
            {
                case "landscape" when Place(ref json) is { } place: run.Landscape = place; break;
                case "start": run.Start = Numbers(ref json); break;
                case "optimizers" when Entrants(ref json) is { } entrants: run.Optimizers = entrants; break;
                case "learning_rate": run.LearningRate = json.GetDouble(); break;
                case "schedule": run.Schedule = json.GetString(); break;
                case "seed": run.Seed = json.GetUInt64(); break;
                case "steps": run.Steps = json.GetInt32(); break;
                case "budget" when json.ValueTextEquals("gradient_evaluations"): break;
                case "internals": run.Internals = json.GetBoolean(); break;
                case "threshold": run.Threshold = json.GetDouble(); break;
                default: return null;
            }
        }

        return run;
    }

    private static GridRequest? Grid(ref Utf8JsonReader json)
    {
        var grid = new GridRequest();
        while (Next(ref json) is { } field)
        {
            switch (field)
            {
                case "landscape" when Place(ref json) is { } place: grid.Landscape = place; break;
                case "columns": grid.Columns = json.GetInt32(); break;
                case "rows": grid.Rows = json.GetInt32(); break;
                case "gradients": grid.Gradients = json.GetBoolean(); break;
                case "levels": grid.Levels = json.GetInt32(); break;
                case "stationary_points": grid.StationaryPoints = json.GetBoolean(); break;
                default: return null;
            }
        }

        return grid;
    }

    private static Place? Place(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            return null;
        }

        var place = new Place();
        while (Next(ref json) is { } field)
        {
            switch (field)
            {
                case "id" when json.GetString() is { } id: place.Id = id; break;
                case "formula": place.Formula = json.GetString(); break;
                case "box": place.Box = Numbers(ref json); break;
                default: return null;
            }
        }

        return place;
    }

    private static Entrant[]? Entrants(ref Utf8JsonReader json)
    {
        var entrants = new List<Entrant>();
        while (json.TokenType == JsonTokenType.StartArray ? json.Read() && json.TokenType == JsonTokenType.StartObject : json.TokenType == JsonTokenType.StartObject)
        {
            var entrant = new Entrant();
            while (Next(ref json) is { } field)
            {
                switch (field)
                {
                    case "optimizer" when json.GetString() is { } optimizer: entrant.Optimizer = optimizer; break;
                    case "label": entrant.Label = json.GetString(); break;
                    case "learning_rate": entrant.LearningRate = json.GetDouble(); break;
                    case "schedule": entrant.Schedule = json.GetString(); break;
                    default: return null;
                }
            }

            entrants.Add(entrant);
            json.Read();
        }

        return json.TokenType == JsonTokenType.EndArray ? [.. entrants] : null;
    }

    private static double[]? Numbers(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException();
        }

        var numbers = new List<double>();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            numbers.Add(json.GetDouble());
        }

        return [.. numbers];
    }

    /// <summary>The name of the next field, with the reader at its value; null at the end of the object.</summary>
    private static string? Next(ref Utf8JsonReader json)
    {
        if (!json.Read() || json.TokenType != JsonTokenType.PropertyName)
        {
            return null;
        }

        var name = json.GetString();
        json.Read();
        return name;
    }
}
