namespace Descent.Training.Data;

/// <summary>What a model learns to say about a row.</summary>
public enum LearningTask
{
    /// <summary>One of a fixed set of classes.</summary>
    Classification,

    /// <summary>A number.</summary>
    Regression,

    /// <summary>The character that comes next, after every one of a piece of text.</summary>
    Text,
}
