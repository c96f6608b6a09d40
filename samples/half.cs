#:project ../src/Descent.Nn/Descent.Nn.csproj
#:property GenerateDocumentationFile=false
#:property EnforceCodeStyleInBuild=false

// Trains a small network with weights and gradients of 16 bits, a scaled loss and an average of the weights, and evaluates the average.
using Descent;
using Descent.Averaging;
using Descent.Engine;
using Descent.Gradients;
using Descent.Nn;
using Descent.Numerics;
using Descent.Optimizers;

var random = new SeededRandom(1);
var model = Models.Mlp<float>(2, [32], 2, random, batchNorm: true);
var narrow = new NarrowParameters<Half>(model);
var optimizer = Optimizer.For(narrow.Parameters, new AdamW { LearningRate = 0.01 });
optimizer.LossScaling = new DynamicLossScaling();
optimizer.Averaging = new ExponentialAverage(0.98);

// Points belong to one class where both of their coordinates have the same sign.
(Tensor<float> X, int[] Labels) Batch(int rows)
{
    var x = Tensor<float>.Zeros([rows, 2]);
    Initialization.Normal(x, 1, random);
    var values = x.ToArray();
    return (x, [.. Enumerable.Range(0, rows).Select(i => values[2 * i] * values[(2 * i) + 1] > 0 ? 1 : 0)]);
}

for (var step = 0; step < 400; step++)
{
    var (x, labels) = Batch(64);
    var loss = Loss.CrossEntropy(model.Forward(x), labels);
    model.ZeroGradient();
    (loss * (float)optimizer.LossScale).Backward();
    narrow.TakeGradients();
    if (optimizer.Step() is { Applied: false } skipped)
    {
        Console.WriteLine($"step {step}: the gradient of {skipped.NonFiniteParameter} overflowed, the loss scale is now {optimizer.LossScale}");
    }

    narrow.GiveValues();
}

// The average has never been trained, so its statistics are taken anew.
optimizer.MoveTo(ParameterPoint.Evaluation);
narrow.GiveValues();
model.ReestimateStatistics(Enumerable.Range(0, 20).Select(_ => Batch(64).X));
model.IsTraining = false;
var (points, truth) = Batch(1_000);
var scores = model.Forward(points).ToArray();
Console.WriteLine($"accuracy {truth.Where((label, i) => scores[(2 * i) + 1] > scores[2 * i] == (label == 1)).Count() / 1_000.0:P1} with weights of 16 bits, averaged");
