namespace Descent.Landscapes.Runs;

/// <summary>A number that a method keeps or names, at every step.</summary>
/// <param name="Name">In ASCII, e.g. <c>v</c> or <c>v_hat</c>.</param>
/// <param name="Symbol">As equations print it, e.g. v̂.</param>
/// <param name="Values">Steps + 1 rows of as many numbers as there are variables; row 0 is before the first step.</param>
/// <param name="IsDerived">Whether it is computed from state in each step, and not kept; then row 0 is 0 and says nothing.</param>
public sealed record StateColumn(string Name, string Symbol, double[] Values, bool IsDerived);

/// <summary>
/// A run as it happened. Row k of every array is after k updates; row 0 is the start. Gradients and learning rates are those that
/// the next update, from this point on, uses.
/// </summary>
public sealed class Trajectory
{
    private int rows;

    internal Trajectory(int dimension, int updates)
    {
        Dimension = dimension;
        (Theta, Gradient) = (new double[(updates + 1) * dimension], new double[(updates + 1) * dimension]);
        (Loss, GradientNorm, LearningRate) = (new double[updates + 1], new double[updates + 1], new double[updates + 1]);
        Statuses = new RunStatus[updates + 1];
    }

    /// <summary>How many variables.</summary>
    public int Dimension { get; }

    /// <summary>How many updates were made: fewer than asked for where the run was lost (<see cref="RunStatus.Diverged"/>).</summary>
    public int Updates => rows - 1;

    /// <summary>The points, row by row.</summary>
    public double[] Theta { get; private set; }

    /// <summary>The objective at each point, without noise and over all examples.</summary>
    public double[] Loss { get; private set; }

    /// <summary>The gradient that the next update uses: with noise, and of its batch.</summary>
    public double[] Gradient { get; private set; }

    /// <summary>The length of the exact gradient, without noise and over all examples.</summary>
    public double[] GradientNorm { get; private set; }

    /// <summary>The learning rate that the next update uses.</summary>
    public double[] LearningRate { get; private set; }

    /// <summary>What the run is doing.</summary>
    public RunStatus[] Statuses { get; private set; }

    /// <summary>
    /// The examples, counted from 0, that the gradients of a row are the mean of, padded with −1 to the size of the largest batch; empty where all
    /// examples are used.
    /// </summary>
    public int[] Examples { get; internal set; } = [];

    /// <summary>State and named intermediates of the method.</summary>
    public IReadOnlyList<StateColumn> State { get; internal set; } = [];

    /// <summary>
    /// Where the method evaluates, and the objective there, for methods that do not evaluate where they train (Schedule-Free, averages);
    /// empty for the others.
    /// </summary>
    public (double[] Theta, double[] Loss) Evaluation { get; internal set; } = ([], []);

    /// <summary>The status after the last update.</summary>
    public RunStatus Status => Statuses[^1];

    /// <summary>The losses by which the run is judged: where the method evaluates.</summary>
    public double[] JudgedLoss => Evaluation.Loss.Length > 0 ? Evaluation.Loss : Loss;

    /// <summary>The length of the path through all points.</summary>
    public double PathLength
    {
        get
        {
            var length = 0.0;
            for (var step = 1; step < rows; step++)
            {
                var square = 0.0;
                for (var i = 0; i < Dimension; i++)
                {
                    var move = Theta[(step * Dimension) + i] - Theta[((step - 1) * Dimension) + i];
                    square += move * move;
                }

                length += Math.Sqrt(square);
            }

            return length;
        }
    }

    /// <summary>The point after so many updates.</summary>
    public ReadOnlySpan<double> PointAt(int step) => Theta.AsSpan(step * Dimension, Dimension);

    /// <summary>The first step at which the judged loss is at most a threshold; null when it never is.</summary>
    public int? StepsTo(double threshold) =>
        Array.FindIndex(JudgedLoss, loss => loss <= threshold) is >= 0 and var step ? step : null;

    /// <summary>Says that a row was written.</summary>
    internal void Add() => rows++;

    /// <summary>Cuts arrays to the rows that were written.</summary>
    internal void Trim()
    {
        if (Loss.Length > rows)
        {
            Cut();
        }
    }

    private void Cut()
    {
        Examples = Examples[..(rows * (Examples.Length / Loss.Length))];
        (Theta, Gradient) = (Theta[..(rows * Dimension)], Gradient[..(rows * Dimension)]);
        (Loss, GradientNorm, LearningRate, Statuses) = (Loss[..rows], GradientNorm[..rows], LearningRate[..rows], Statuses[..rows]);
        State = [.. State.Select(column => column with { Values = column.Values[..(rows * Dimension)] })];
        Evaluation = Evaluation.Loss.Length > 0 ? (Evaluation.Theta[..(rows * Dimension)], Evaluation.Loss[..rows]) : Evaluation;
    }
}
