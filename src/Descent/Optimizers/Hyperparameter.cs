using Descent.Schedules;

namespace Descent.Optimizers;

/// <summary>A number that may change from update to update: a constant or a <see cref="Schedule"/>, used in one way.</summary>
/// <param name="Constant">The value when there is no schedule.</param>
/// <param name="Schedule">The values by update, or null.</param>
public readonly record struct Hyperparameter(double Constant, Schedule? Schedule = null)
{
    /// <summary>Whether the value is the same at every update.</summary>
    public bool IsConstant => Schedule is null || Schedule is ConstantSchedule;

    /// <summary>The value in force for update <paramref name="update"/>, which is 0 for the first one.</summary>
    public double At(long update) => Schedule is null ? Constant : Schedule.At(update);

    /// <summary>Whether the value is 0 at every update.</summary>
    public bool IsZero => IsConstant && At(0) == 0;

    /// <summary>A constant.</summary>
    public static implicit operator Hyperparameter(double value) => new(value);

    /// <summary>A schedule.</summary>
    public static implicit operator Hyperparameter(Schedule schedule) => new(0, schedule);

    /// <inheritdoc/>
    public override string ToString() => Schedule?.ToString() ?? Schedule.Text(Constant);
}
