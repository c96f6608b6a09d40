namespace Descent.Training;

/// <summary>How far a run is: its history, the epoch under way, and the best weights so far.</summary>
internal sealed class TrainingProgress
{
    private readonly List<EpochRecord> history = [];

    public IReadOnlyList<EpochRecord> History => history;

    /// <summary>The best epoch by its validation metrics, the first of equals.</summary>
    public EpochRecord? Best { get; private set; }

    /// <summary>The weights after <see cref="Best"/>, in the order of the model's parameters.</summary>
    public IReadOnlyList<float[]>? BestWeights { get; set; }

    public double EpochLossSum { get; private set; }

    public int EpochRows { get; private set; }

    /// <summary>Training time up to now, stops not counted.</summary>
    public double Seconds { get; set; }

    public void AddStep(double loss, int rows)
    {
        EpochLossSum += loss * rows;
        EpochRows += rows;
    }

    /// <summary>Ends the epoch; true when it is the best so far.</summary>
    public bool EndEpoch(EpochRecord record)
    {
        (EpochLossSum, EpochRows) = (0, 0);
        history.Add(record);
        if (Best is not null && !record.Validation.IsBetterThan(Best.Validation))
        {
            return false;
        }

        Best = record;
        return true;
    }

    public void Restore(IEnumerable<EpochRecord> records, double lossSum, int rows, double seconds)
    {
        foreach (var record in records)
        {
            EndEpoch(record);
        }

        (EpochLossSum, EpochRows, Seconds) = (lossSum, rows, seconds);
    }
}
