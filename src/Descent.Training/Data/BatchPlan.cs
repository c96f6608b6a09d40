using Descent.Schedules;

namespace Descent.Training.Data;

/// <summary>How many rows each update of a run takes: in each epoch every row once, in batches whose sizes may follow a schedule.</summary>
/// <remarks>
/// Batches are counted over the whole run, those whose update was skipped included, so that the rows of a batch depend on nothing but the
/// configuration. The last batch of an epoch may be smaller.
/// </remarks>
internal sealed class BatchPlan
{
    private readonly int rows;
    private readonly BatchSize size;
    private readonly int accumulate;

    /// <summary>Plans batches without end.</summary>
    /// <param name="rows">The rows of an epoch, at least 1.</param>
    /// <param name="size">The rows that go through the model at once.</param>
    /// <param name="accumulate">How many times as many an update takes.</param>
    public BatchPlan(int rows, BatchSize size, int accumulate = 1) => (this.rows, this.size, this.accumulate) = (rows, size, accumulate);

    /// <summary>How many epochs a run has.</summary>
    public int Epochs { get; private set; }

    /// <summary>How many updates it has when nothing stops it early.</summary>
    public long Updates { get; private set; }

    /// <summary>The most rows that go through the model at once.</summary>
    public int Largest { get; private set; }

    /// <summary>The fewest, which are those that are left over at the end of some epoch or batch.</summary>
    public int Smallest { get; private set; }

    /// <summary>Plans a run of a configuration whose model is chosen. Where lengths of the schedule are shares of the run, they are those of the run that they make, as exactly as whole updates allow.</summary>
    /// <exception cref="DescentException">The schedule follows a metric, or a size is too large.</exception>
    public static BatchPlan Of(TrainingConfiguration configuration, int rows)
    {
        var plan = Run(configuration, rows, configuration.UsualUpdates);
        if (configuration.BatchSize.Rows is not RelativeSchedule)
        {
            return plan;
        }

        // Where sizes are stretched over more updates than the run then needs, the run is shorter than that, and otherwise longer: its length lies between.
        var most = plan.Updates;
        while (Run(configuration, rows, most).Updates > most)
        {
            most *= 2;
        }

        var least = most;
        while (least > 1 && Run(configuration, rows, least).Updates <= least)
        {
            least /= 2;
        }

        while (least < most)
        {
            var middle = least + ((most - least) / 2);
            (least, most) = Run(configuration, rows, middle).Updates > middle ? (middle + 1, most) : (least, middle);
        }

        return Run(configuration, rows, most);
    }

    /// <summary>The rows of a batch where no epoch ends, at most all.</summary>
    public int RowsAt(long batch) => (int)Math.Min((long)size.At(batch) * accumulate, rows);

    /// <summary>How many of them go through the model at once.</summary>
    public int AtOnce(long batch) => Math.Min(size.At(batch), rows);

    /// <summary>How many batches the epoch has whose first one is <paramref name="first"/>.</summary>
    public int BatchesFrom(long first)
    {
        if (size.IsConstant)
        {
            return ((rows - 1) / RowsAt(0)) + 1;
        }

        var batch = first;
        for (var left = rows; left > 0; batch++)
        {
            left -= RowsAt(batch);
        }

        return (int)(batch - first);
    }

    /// <summary>How many batches come before an epoch.</summary>
    public long First(int epoch)
    {
        if (size.IsConstant)
        {
            return (long)epoch * BatchesFrom(0);
        }

        long batch = 0;
        for (var i = 0; i < epoch; i++)
        {
            batch += BatchesFrom(batch);
        }

        return batch;
    }

    private static BatchPlan Run(TrainingConfiguration configuration, int rows, long updates)
    {
        var plan = new BatchPlan(rows, configuration.BatchSize.ForRun(updates), configuration.Accumulate);
        if (plan.size.Rows.FollowsMetric)
        {
            throw new DescentException($"BatchSize must be known from the start, but '{configuration.BatchSize}' follows a metric; choose another schedule.");
        }

        plan.Measure(configuration);
        return plan;
    }

    private void Measure(TrainingConfiguration configuration)
    {
        if (size.IsConstant)
        {
            (Epochs, Largest) = (configuration.EpochsFor(BatchesFrom(0)), AtOnce(0));
            (Updates, Smallest) = (First(Epochs), rows % Largest == 0 ? Largest : rows % Largest);
            return;
        }

        Smallest = rows;
        var most = configuration.Epochs ?? TrainingConfiguration.MostEpochs;
        for (; Epochs < most && (configuration.Epochs is not null || Epochs < configuration.FewestEpochs || Updates < configuration.UsualUpdates); Epochs++)
        {
            for (var left = rows; left > 0; Updates++)
            {
                var (taken, atOnce) = (Math.Min(RowsAt(Updates), left), AtOnce(Updates));
                (Largest, left) = (Math.Max(Largest, Math.Min(atOnce, taken)), left - taken);
                Smallest = Math.Min(Smallest, taken % atOnce == 0 ? atOnce : taken % atOnce);
            }
        }
    }
}
