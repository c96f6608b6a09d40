namespace Descent.Benchmarks.Loops;

/// <summary>The constants of AdamW's step number t, with the defaults of the record and weight decay 0.01.</summary>
internal readonly struct AdamWConstants(long t)
{
    public const float Beta1 = 0.9f;
    public const float Beta2 = 0.999f;
    public const float OneMinusBeta1 = (float)(1 - 0.9);
    public const float OneMinusBeta2 = (float)(1 - 0.999);
    public const float Epsilon = 1e-8f;
    public const float Eta = 1e-3f;
    public const float Delta = (float)(1e-3 * 0.01);

    /// <summary>1/(1 − β₁ᵗ).</summary>
    public readonly float MHat = (float)(1 / (1 - Math.Pow(0.9, t)));

    /// <summary>1/(1 − β₂ᵗ).</summary>
    public readonly float VHat = (float)(1 / (1 - Math.Pow(0.999, t)));
}
