#:project ../src/Descent/Descent.csproj
#:property GenerateDocumentationFile=false
#:property EnforceCodeStyleInBuild=false

// Adam on the bowl ½(x² + 20y²) from (−9, −4): prints 0.0008006.
using Descent;
using Descent.Engine;
using Descent.Optimizers;

double[] theta = [-9, -4], gradient = new double[2];
var optimizer = Optimizer.For([new Parameter<double>("theta", theta, gradient)], new Adam { LearningRate = 0.6 });
for (int step = 0; step < 100; step++, optimizer.Step())
    (gradient[0], gradient[1]) = (theta[0], 20 * theta[1]);
double loss = 0.5 * (theta[0] * theta[0] + 20 * theta[1] * theta[1]);
Console.WriteLine($"{loss:F7}");   // 0.0008006
