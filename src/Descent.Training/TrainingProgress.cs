namespace Descent.Training;

/// <summary>How far a run is: its history, the epoch under way, and the best weights so far.</summary>
internal sealed class TrainingProgress
{
    private readonly List<EpochRecord> history = [];

    public IReadOnlyList<EpochRecord> History => history;

    /// <summary>The best epoch by its validation metrics, the first of equals.</summary>
    public EpochRecord? Best { get; private set; }

    /// <summary>The model after <see cref="Best"/>, in the order of <see cref="TrainingSession.Tensors"/>.</summary>
    public IReadOnlyList<float[]>? BestWeights { get; set; }

    public double EpochLossSum { get; private set; }

    public int EpochRows { get; private set; }

    /// <summary>How many updates were skipped because a gradient overflowed its format.</summary>
    public long SkippedSteps { get; set; }

    /// <summary>Training time up to now, stops not counted.</summary>
    public double Seconds { get; set; }

    public void AddStep(double loss, int rows)
    {
        EpochLossSum += loss * rows;
        EpochRows += rows;
    }

    /// <summary>Whether an epoch with such metrics is the best so far.</summary>
    public bool IsBest(Metrics validation) => Best is null || validation.IsBetterThan(Best.Validation);

    /// <summary>Ends the epoch; true when it is the best so far.</summary>
    public bool EndEpoch(EpochRecord record)
    {
        (EpochLossSum, EpochRows) = (0, 0);
        history.Add(record);
        var isBest = IsBest(record.Validation);
        Best = isBest ? record : Best;
        return isBest;
    }

    public void Restore(IEnumerable<EpochRecord> records, double lossSum, int rows, long skipped, double seconds)
    {
        foreach (var record in records)
        {
            EndEpoch(record);
        }

        (EpochLossSum, EpochRows, SkippedSteps, Seconds) = (lossSum, rows, skipped, seconds);
    }
}
