using Descent.Schedules;

namespace Descent.Tests.Schedules;

/// <summary>
/// The twin of closed forms: the values of a schedule one after the other, by recurrences that know the value before and a few counters,
/// as schedulers that are stepped do it. Metrics are not observed.
/// </summary>
internal static class SteppedSchedule
{
    public static IEnumerable<double> Values(Schedule schedule) => schedule switch
    {
        JoinedSchedule joined => First(Values(joined.First), joined.First.Duration!.Value).Concat(Values(joined.Second)),
        WarmupSchedule warmup => Rise(warmup.Rise, Values(warmup.Next).First()).Concat(Values(warmup.Next)),
        CutSchedule cut => Held(First(Values(cut.Inner), cut.Steps)),
        ScaledSchedule scaled => Values(scaled.Inner).Select(value => value * scaled.Factor),
        ClampedSchedule clamped => Values(clamped.Inner).Select(value => Math.Clamp(value, clamped.Least, clamped.Most)),
        OffsetSchedule offset => Values(offset.Inner).Skip((int)offset.Updates),
        ProductSchedule product => Values(product.First).Zip(Values(product.Second), (first, second) => first * second),
        RepeatedSchedule repeated => Held(
            Enumerable.Range(0, (int)repeated.Count).SelectMany(_ => First(Values(repeated.Inner), repeated.Inner.Duration!.Value))
                .Concat(Values(repeated.Inner).Skip((int)repeated.Inner.Duration!.Value).Take(1))),
        RestartedSchedule restarted => Forever().SelectMany(_ => First(Values(restarted.Inner), restarted.Every)),
        LinearSchedule line => Held(Recurrence(line.From, line.Steps, (value, _) => value + ((line.To - line.From) / line.Steps))),
        GeometricSchedule geometric => Held(Recurrence(geometric.From, geometric.Steps, (value, _) => value * Math.Pow(geometric.To / geometric.From, 1.0 / geometric.Steps))),
        PolynomialSchedule polynomial => Held(Recurrence(
            polynomial.From,
            polynomial.Steps,
            (value, t) => polynomial.To + ((value - polynomial.To) * Math.Pow((polynomial.Steps - t) / (double)(polynomial.Steps - t + 1), polynomial.Power)))),
        CosineSchedule { Cycles: 0.5, Restarts: 0, Continues: false } cosine => Held(Recurrence(
            cosine.From,
            cosine.Steps,
            (value, t) => cosine.To + ((value - cosine.To) * (1 + Math.Cos(Math.PI * t / cosine.Steps)) / (1 + Math.Cos(Math.PI * (t - 1) / cosine.Steps))))),
        RootSchedule root => Held(Recurrence(root.From, root.Steps, (value, t) => value + ((root.To - root.From) * (Math.Sqrt(t) - Math.Sqrt(t - 1)) / Math.Sqrt(root.Steps)))),
        ExponentialSchedule exponential => Recurrence(exponential.Value, long.MaxValue, (value, _) => value * exponential.Factor),
        StepSchedule step => Recurrence(step.Value, long.MaxValue, (value, t) => t % step.Every == 0 ? value * step.Factor : value),
        MultiStepSchedule multi => Recurrence(multi.Value, long.MaxValue, (value, t) => multi.Milestones.Where(milestone => milestone == t).Aggregate(value, (lower, _) => lower * multi.Factor)),
        InverseSquareRootSchedule root => Recurrence(root.Value, long.MaxValue, (value, t) => value * Math.Sqrt((t + root.Timescale - 1.0) / (t + root.Timescale))),
        InverseTimeSchedule inverse => Recurrence(
            inverse.Value, long.MaxValue, (value, t) => value * Math.Pow((1 + (inverse.Rate * (t - 1))) / (1 + (inverse.Rate * t)), inverse.Power)),
        NoamSchedule noam => Recurrence(
            noam.At(0),
            long.MaxValue,
            (value, t) => t < noam.RiseSteps ? value + noam.At(0) : value * Math.Sqrt(t / (t + 1.0))),
        CyclicalSchedule cycle => Cycles(cycle),
        WarmRestartsSchedule restarts => Restarts(restarts),
        OneCycleSchedule cycle => OneCycle(cycle),
        PiecewiseSchedule piecewise => Held(Pieces(piecewise)),
        _ => Numbers().Select(schedule.At),
    };

    private static IEnumerable<double> Recurrence(double start, long steps, Func<double, long, double> next)
    {
        var value = start;
        for (var t = 0L; t <= steps; t++)
        {
            value = t == 0 ? start : next(value, t);
            yield return value;
        }
    }

    private static IEnumerable<double> Rise(Warmup rise, double peak)
    {
        var (value, step) = (rise.From * peak, (1 - rise.From) * peak / rise.Steps);
        for (var t = 0; t < rise.Steps; t++, value += step)
        {
            yield return rise.OneBased ? value + step : value;
        }
    }

    private static IEnumerable<double> Cycles(CyclicalSchedule cycle)
    {
        var (height, decay) = (cycle.To - cycle.From, 1.0);
        while (true)
        {
            for (var t = 0; t < cycle.Up + cycle.Down; t++)
            {
                yield return cycle.From + (height * decay * (t < cycle.Up ? t / (double)cycle.Up : 1 - ((t - cycle.Up) / (double)cycle.Down)));
                decay *= cycle.Factor;
            }

            height *= cycle.IsHalving ? 0.5 : 1;
        }
    }

    /// <summary>PyTorch's counters: the place in the period, and its length.</summary>
    private static IEnumerable<double> Restarts(WarmRestartsSchedule restarts)
    {
        var (place, length, height) = (0.0, (double)restarts.Period, restarts.From - restarts.To);
        while (true)
        {
            yield return restarts.To + (height * 0.5 * (1 + Math.Cos(Math.PI * place / length)));
            if (++place >= length)
            {
                (place, length, height) = (place - length, length * restarts.Multiplier, height * restarts.Decay);
            }
        }
    }

    private static IEnumerable<double> OneCycle(OneCycleSchedule cycle)
    {
        var rise = Math.Max(0, (cycle.WarmupFraction * cycle.Steps) - 1);
        List<(double End, double From, double To)> phases = [(rise, cycle.From, cycle.Peak)];
        if (cycle.HasThreePhases)
        {
            phases.Add(((2 * cycle.WarmupFraction * cycle.Steps) - 2, cycle.Peak, cycle.From));
        }

        phases.Add((cycle.Steps - 1, cycle.HasThreePhases ? cycle.From : cycle.Peak, cycle.To));
        return Held(Enumerable.Range(0, (int)cycle.Steps).Select(t =>
        {
            var start = 0.0;
            foreach (var (end, from, to) in phases)
            {
                if (t <= end)
                {
                    var way = end == 0 ? 1 : (t - start) / (end - start);
                    return cycle.IsLinear ? from + ((to - from) * way) : to + ((from - to) / 2 * (1 + Math.Cos(Math.PI * way)));
                }

                start = end;
            }

            return cycle.To;
        }));
    }

    private static IEnumerable<double> Pieces(PiecewiseSchedule piecewise)
    {
        var value = piecewise.Points[0].Value;
        for (var t = 0L; t < piecewise.Points[0].Update; t++)
        {
            yield return value;
        }

        foreach (var (point, next) in piecewise.Points.Zip(piecewise.Points.Skip(1)))
        {
            value = point.Value;
            for (var t = point.Update; t < next.Update; t++)
            {
                yield return value;
                value += piecewise.Holds ? 0 : (next.Value - point.Value) / (next.Update - point.Update);
            }
        }

        yield return piecewise.Points[^1].Value;
    }

    private static IEnumerable<double> Held(IEnumerable<double> values)
    {
        var last = double.NaN;
        foreach (var value in values)
        {
            yield return last = value;
        }

        while (true)
        {
            yield return last;
        }
    }

    private static IEnumerable<double> First(IEnumerable<double> values, long count) => values.Take((int)Math.Min(count, int.MaxValue));

    private static IEnumerable<long> Numbers()
    {
        for (var i = 0L; ; i++)
        {
            yield return i;
        }
    }

    private static IEnumerable<int> Forever()
    {
        while (true)
        {
            yield return 0;
        }
    }
}
