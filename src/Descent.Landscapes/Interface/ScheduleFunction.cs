using System.Text.Json.Nodes;
using Descent.Schedules;

namespace Descent.Landscapes.Interface;

/// <summary>Schedules over the same updates: values, areas, where the decay happens, where they cross.</summary>
internal static class ScheduleFunction
{
    private const int MostUpdates = 1_000_000;
    private const int MostSchedules = 16;
    private const int Quarters = 4;

    public static Answer Answer(ScheduleRequest request)
    {
        var (texts, steps) = (request.Schedules, request.Steps);
        if (steps is < 1 or > MostUpdates)
        {
            throw new DescentException($"The number of updates must be from 1 to {MostUpdates}, but was {steps}.");
        }

        if (texts.Length > MostSchedules)
        {
            throw new DescentException($"At most {MostSchedules} schedules are shown together, but {texts.Length} were given.");
        }

        var schedules = texts.Select(text => Schedule.Parse(text)).ToArray();
        var values = schedules.Select(schedule => Enumerable.Range(0, steps + 1).Select(update => schedule.At(update)).ToArray()).ToArray();
        var crossings = new JsonArray();
        for (var first = 0; first < schedules.Length; first++)
        {
            for (var second = first + 1; second < schedules.Length; second++)
            {
                if (Crossing(values[first], values[second], Math.Max(Rise(schedules[first]), Rise(schedules[second]))) is { } step)
                {
                    crossings.Add((JsonNode)new JsonObject { ["first"] = first, ["second"] = second, ["step"] = step });
                }
            }
        }

        var reply = new JsonObject
        {
            ["schedules"] = new JsonArray([.. schedules.Select((schedule, i) => new JsonObject
            {
                ["text"] = schedule.ToString(),
                ["area"] = schedule.Area(0, steps),
                ["values"] = new JsonObject { ["offset"] = i * (steps + 1), ["length"] = steps + 1 },
                ["quarters"] = DecayPerQuarter(values[i], Rise(schedule)) is { } shares ? new JsonArray([.. shares.Select(share => JsonValue.Create(share))]) : null,
            })]),
            ["crossings"] = crossings,
        };
        return new Answer(reply.ToJsonString(), [.. values.SelectMany(each => each)]);
    }

    private static int Rise(Schedule schedule) => schedule is WarmupSchedule { Rise.Steps: var steps } ? (int)Math.Min(steps, MostUpdates) : 0;

    /// <summary>The share of all falls after the warmup that happens in each quarter of what is left; null where nothing falls.</summary>
    private static double[]? DecayPerQuarter(double[] values, int rise)
    {
        var falls = new double[Quarters];
        var length = values.Length - 1 - rise;
        for (var update = rise; length > 0 && update < values.Length - 1; update++)
        {
            falls[(int)((long)Quarters * (update - rise) / length)] += Math.Max(0, values[update] - values[update + 1]);
        }

        var all = falls.Sum();
        return all > 0 ? [.. falls.Select(fall => fall / all)] : null;
    }

    /// <summary>The first update after the warmup from which on the one that was lower is the higher one.</summary>
    private static int? Crossing(double[] first, double[] second, int rise)
    {
        var side = 0;
        for (var update = rise; update < first.Length; update++)
        {
            var now = Math.Sign(first[update] - second[update]);
            if (side != 0 && now != 0 && now != side)
            {
                return update;
            }

            side = now == 0 ? side : now;
        }

        return null;
    }
}
