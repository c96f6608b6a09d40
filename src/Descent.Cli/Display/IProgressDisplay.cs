using Descent.Engine;
using Descent.Training;

namespace Descent.Cli.Display;

/// <summary>How a run is shown while it trains.</summary>
internal interface IProgressDisplay
{
    void Started(TrainingSession session, RunFolder folder, Workers workers);

    /// <summary>Runs the training, which reports to the observer it is given.</summary>
    void Run(Action<ITrainingObserver?> training);

    void Ended(TrainingOutcome outcome);
}

/// <summary>Shows nothing.</summary>
internal sealed class NoDisplay : IProgressDisplay
{
    public void Started(TrainingSession session, RunFolder folder, Workers workers)
    {
    }

    public void Run(Action<ITrainingObserver?> training) => training(null);

    public void Ended(TrainingOutcome outcome)
    {
    }
}
