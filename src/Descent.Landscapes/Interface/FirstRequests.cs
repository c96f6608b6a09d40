using Descent.Landscapes.Runs;

namespace Descent.Landscapes.Interface;

/// <summary>
/// Reads the requests of a page's first picture by hand. <see cref="Json"/> says what a request is; making its readers takes a browser's runtime
/// half a second (see docs/decisions), so what is well-formed and usual is read here, and everything else, mistakes above all, is left to it.
/// </summary>
internal static class FirstRequests
{
    /// <summary>A request for a run; null where it is for <see cref="Json"/> to read.</summary>
    public static RunRequest? Run(string text)
    {
        try
        {
            var json = new PlainReader(text);
            return Run(json) is { } request && json.IsAtEnd ? request : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>A request for a grid; null where it is for <see cref="Json"/> to read.</summary>
    public static GridRequest? Grid(string text)
    {
        try
        {
            var json = new PlainReader(text);
            return Grid(json) is { } request && json.IsAtEnd ? request : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static RunRequest? Run(PlainReader json)
    {
        var run = new RunRequest();
        json.Begin('{');
        while (json.Field() is { } field)
        {
            switch (field)
            {
                case "landscape" when Place(json) is { } place: run.Landscape = place; break;
                case "start": run.Start = json.Numbers(); break;
                case "optimizers" when Entrants(json) is { } entrants: run.Optimizers = entrants; break;
                case "learning_rate": run.LearningRate = json.Number(); break;
                case "schedule": run.Schedule = json.Text(); break;
                case "seed" when json.Whole() is >= 0 and var seed: run.Seed = (ulong)seed; break;
                case "steps": run.Steps = json.Whole(); break;
                case "budget" when json.Text() == "gradient_evaluations": break;
                case "internals": run.Internals = json.Flag(); break;
                case "threshold": run.Threshold = json.Number(); break;
                default: return null;
            }
        }

        return run;
    }

    private static GridRequest? Grid(PlainReader json)
    {
        var grid = new GridRequest();
        json.Begin('{');
        while (json.Field() is { } field)
        {
            switch (field)
            {
                case "landscape" when Place(json) is { } place: grid.Landscape = place; break;
                case "columns": grid.Columns = json.Whole(); break;
                case "rows": grid.Rows = json.Whole(); break;
                case "gradients": grid.Gradients = json.Flag(); break;
                case "levels": grid.Levels = json.Whole(); break;
                case "stationary_points": grid.StationaryPoints = json.Flag(); break;
                default: return null;
            }
        }

        return grid;
    }

    private static Place? Place(PlainReader json)
    {
        var place = new Place();
        json.Begin('{');
        while (json.Field() is { } field)
        {
            switch (field)
            {
                case "id": place.Id = json.Text(); break;
                case "formula": place.Formula = json.Text(); break;
                case "box": place.Box = json.Numbers(); break;
                default: return null;
            }
        }

        return place;
    }

    private static Entrant[]? Entrants(PlainReader json)
    {
        var entrants = new List<Entrant>();
        json.Begin('[');
        while (json.Item())
        {
            var entrant = new Entrant();
            json.Begin('{');
            while (json.Field() is { } field)
            {
                switch (field)
                {
                    case "optimizer": entrant.Optimizer = json.Text(); break;
                    case "label": entrant.Label = json.Text(); break;
                    case "learning_rate": entrant.LearningRate = json.Number(); break;
                    case "schedule": entrant.Schedule = json.Text(); break;
                    default: return null;
                }
            }

            entrants.Add(entrant);
        }

        return entrants.ToArray();
    }
}
