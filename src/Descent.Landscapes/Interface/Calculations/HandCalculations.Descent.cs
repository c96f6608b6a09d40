namespace Descent.Landscapes.Interface.Calculations;

// Chapters 0 and 1: gradient descent, and gradients of samples.
internal static partial class HandCalculations
{
    private static IReadOnlyList<HandCalculation> Descending =>
    [
        new("gd-parabola-eta-0.1", "Parabola, five steps at 0.1", "0", sheet =>
        {
            Parabola(sheet, 5, hasGradient: true);
            sheet.Line("q", "1 - 2*eta", "distanceFactorPerStep");
        }),
        new("gd-parabola-halving-law", "Steps to halve the distance", "0", sheet =>
        {
            sheet.Let("q", "factor");
            sheet.Line("n", "log(0.5) / log(q)", "stepsToHalve", 0);
            sheet.Line("m", "log(0.1) / log(q)", "stepsToTenth", 0);
            sheet.Line("d11", "q^11", "after11");
            sheet.Line("d33", "q^33", "after33");
        }),
        new("gd-parabola-eta-0.5", "Parabola, there in one step", "0", sheet => Parabola(sheet, 2)),
        new("gd-parabola-eta-1.1", "Parabola, too long a step", "0", sheet =>
        {
            Parabola(sheet, 5);
            sheet.Line("q", "(1 - 2*eta)^2", "lossFactorPerStep");
        }),
        new("gd-parabola-eta-1.0", "Parabola, on the edge", "0", sheet => Parabola(sheet, 4)),
        new("gd-parabola-eta-0.001", "Parabola, a crawl", "0", sheet =>
        {
            sheet.Let("eta", "learningRate");
            sheet.Line("q", "1 - 2*eta");
            sheet.Line("x100", "3 - 3*q^100", "x", 0, "D03");
            sheet.Line("f100", "(x100 - 3)^2", "loss", 0);
            sheet.Line("x1000", "3 - 3*q^1000", "x", 1, "D04");
            sheet.Line("f1000", "(x1000 - 3)^2", "loss", 1);
            sheet.Line("n", "log(0.03 / 3) / log(q)", "stepsToReach2_97");
        }),
        new("gd-square-eta-0.5", "Square, multiplier 0", "0", sheet => Square(sheet, 1)),
        new("gd-square-eta-0.1", "Square, multiplier 0.8", "0", sheet => Square(sheet, 3)),
        new("gd-square-eta-1.5", "Square, multiplier −2", "0", sheet => Square(sheet, 3)),
        new("gd-stability-limit", "The largest stable rate", "0", sheet =>
        {
            for (var i = 0; i < 5; i++)
            {
                sheet.Let($"L{i + 1}", $"cases/{i}/L");
            }

            for (var i = 0; i < 5; i++)
            {
                sheet.Line($"eta{i + 1}", $"2 / L{i + 1}", "limit", i);
            }
        }),
        new("saddle-probability-heuristic", "A coin for every curvature (heuristic)", "0", sheet =>
        {
            for (var i = 0; i < 4; i++)
            {
                sheet.Let($"d{i + 1}", sheet.Input("d", i));
            }

            for (var i = 0; i < 4; i++)
            {
                sheet.Line($"p{i + 1}", $"d{i + 1} * log(0.5) / log(10)", "log10Probability", i);
            }
        }),
        new("descent-lemma", "What one step is sure to gain", "0", sheet =>
        {
            sheet.Let("x0", sheet.Input("point", 0));
            sheet.Let("y0", sheet.Input("point", 1));
            sheet.Line("f0", "0.5 * (x0^2 + 20*y0^2)");
            sheet.Line("gx", "x0");
            sheet.Line("gy", "20 * y0");
            for (var i = 0; i < 2; i++)
            {
                sheet.Let($"eta{i + 1}", sheet.Result($"rows/{i}/eta"));
                sheet.Line($"f{i + 1}", $"0.5 * ((x0 - eta{i + 1}*gx)^2 + 20*(y0 - eta{i + 1}*gy)^2)");
                sheet.Line($"D{i + 1}", $"f0 - f{i + 1}", $"rows/{i}/decrease");
                sheet.Line($"G{i + 1}", $"eta{i + 1} / 2 * (gx^2 + gy^2)", $"rows/{i}/guaranteed");
            }
        }),
        new("line-fit-three-points", "Line through three points", "0", sheet =>
        {
            sheet.Let("eta", "learningRate");
            sheet.Let("w0", "w");
            sheet.Let("b0", "b");
            for (var t = 0; t < 4; t++)
            {
                for (var i = 1; i <= 3; i++)
                {
                    sheet.Line($"p{i}", $"w{t} * {i} + b{t}", t == 0 ? "predictions" : null, i - 1);
                    sheet.Line($"e{i}", $"p{i} - {2 * i}", t == 0 ? "errors" : null, i - 1);
                }

                sheet.Line($"f{t}", "(e1^2 + e2^2 + e3^2) / 3", "loss", t);
                sheet.Line($"gw{t}", "2 / 3 * (e1*1 + e2*2 + e3*3)", "gradW", t);
                sheet.Line($"gb{t}", "2 / 3 * (e1 + e2 + e3)", "gradB", t);
                if (t < 3)
                {
                    sheet.Line($"w{t + 1}", $"w{t} - eta*gw{t}", "w", t + 1);
                    sheet.Line($"b{t + 1}", $"b{t} - eta*gb{t}", "b", t + 1);
                }
            }

            sheet.Line("hw", "gw0 / 2", "halfMseFirstStep/gradW");
            sheet.Line("hb", "gb0 / 2", "halfMseFirstStep/gradB");
            sheet.Line("w", "w0 - eta*hw", "halfMseFirstStep/w");
            sheet.Line("b", "b0 - eta*hb", "halfMseFirstStep/b");
        }),
        new("quartic-ball", "Ball on x⁴ − 3x³ + 2", "0", sheet =>
        {
            sheet.Let("x0", sheet.Result("rows/0/start"));
            sheet.Let("eta", sheet.Result("rows/0/learningRate"));
            sheet.Line("g0", "4*x0^3 - 9*x0^2");
            sheet.Line("x1", "x0 - eta*g0", "rows/0/x1");
            sheet.Line("g1", "4*x1^3 - 9*x1^2");
            sheet.Line("x2", "x1 - eta*g1", "rows/0/x2");
            sheet.Line("x", "9 / 4", "minimum", 0);
            sheet.Line("f", "x^4 - 3*x^3 + 2", "minimum", 1);
            sheet.Line("h", "12*x^2 - 18*x", "curvatureAtMinimum");
            sheet.Line("eta", "2 / h", "stableBelow");
        }),
    ];

    private static IReadOnlyList<HandCalculation> Stochastic =>
    [
        new("full-batch-cost", "What a full batch costs", "1", sheet =>
        {
            sheet.Let("N", "images");
            sheet.Let("ms", "msPerImage");
            sheet.Let("B", "batch");
            sheet.Let("n", "steps");
            sheet.Line("s", "N * ms / 1000", "secondsPerFullStep", 0);
            sheet.Line("h", "s / 3600", "hoursPerFullStep", 0);
            sheet.Line("a", "n * s / (3600 * 24 * 365.25)", "yearsFor100kSteps", 0);
            sheet.Line("sB", "B * ms / 1000", "secondsPerMiniStep", 0);
            sheet.Line("r", "N / B", "miniStepsPerFullStep", 0);
        }),
        new("four-point-per-example-gradients", "Four points, one gradient each", "1", sheet =>
        {
            sheet.Let("theta", "theta");
            FourGradients(sheet, "theta", "gradients");
            sheet.Line("g", "(g1 + g2 + g3 + g4) / 4", "mean", 0);
            sheet.Line("f", "((2 - theta)^2 + (4 - 2*theta)^2 + (5 - 3*theta)^2 + (8 - 4*theta)^2) / 4", "loss");
            sheet.Line("r3", "5 - 2*3");
            sheet.Line("r4", "8 - 2*4");
        }),
        new("four-point-full-batch", "Four points, full batch", "1", sheet =>
        {
            sheet.Let("eta", "learningRate");
            sheet.Line("theta0", "1", "theta", 0);
            for (var t = 0; t < 2; t++)
            {
                sheet.Line($"g{t}", $"-2 * (1*(2 - theta{t}) + 2*(4 - 2*theta{t}) + 3*(5 - 3*theta{t}) + 4*(8 - 4*theta{t})) / 4");
                sheet.Line($"theta{t + 1}", $"theta{t} - eta*g{t}", "theta", t + 1);
            }
        }),
        new("four-point-mini-batch", "Four points, two mini-batches", "1", sheet =>
        {
            sheet.Let("eta", "learningRate");
            sheet.Line("theta0", "1", "theta", 0);
            sheet.Line("g0", "-2 * (1*(2 - 1*theta0) + 3*(5 - 3*theta0)) / 2", "gradients", 0);
            sheet.Line("theta1", "theta0 - eta*g0", "theta", 1);
            sheet.Line("g1", "-2 * (2*(4 - 2*theta1) + 4*(8 - 4*theta1)) / 2", "gradients", 1);
            sheet.Line("theta2", "theta1 - eta*g1", "theta", 2);
        }),
        new("four-point-sgd-50-epochs", "Four points, fifty epochs", "1", sheet =>
        {
            sheet.Let("eta", "learningRate");
            sheet.Let("theta0", "start");
            sheet.Line("theta", "(1*2 + 2*4 + 3*5 + 4*8) / (1 + 4 + 9 + 16)", "theta", 0);
            sheet.Line("q", "1 - eta * 2 * 30 / 4");
            sheet.Line("theta50", "theta + (theta0 - theta) * q^50", "fullBatch50Steps");
        }),
        new("mini-batch-variance", "Variance of a mini-batch", "1", sheet =>
        {
            sheet.Let("theta", "theta");
            sheet.Let("B", "batchSize");
            FourGradients(sheet, "theta", null);
            sheet.Line("g", "(g1 + g2 + g3 + g4) / 4", "mean");
            sheet.Line("S", "((g1 - g)^2 + (g2 - g)^2 + (g3 - g)^2 + (g4 - g)^2) / 4", "perExampleVariance");
            sheet.Line("V1", "S / B", "withReplacement");
            sheet.Line("V2", "S / B * (4 - B) / (4 - 1)", "withoutReplacement");
            string[] pairs = ["12", "13", "14", "23", "24", "34"];
            for (var i = 0; i < pairs.Length; i++)
            {
                sheet.Line($"g{pairs[i]}", $"(g{pairs[i][0]} + g{pairs[i][1]}) / 2", "pairGradients", i);
            }
        }),
        new("sgd-noise-floor", "The noise floor", "1", sheet =>
        {
            sheet.Let("lambda", "lambda");
            sheet.Let("sigma", "sigma");
            for (var i = 0; i < 4; i++)
            {
                sheet.Let($"eta{i + 1}", sheet.Result($"rows/{i}/eta"));
                sheet.Line($"f{i + 1}", $"eta{i + 1} * sigma^2 / (2 * (2 - eta{i + 1}*lambda))", $"rows/{i}/expectedLoss");
                sheet.Line($"d{i + 1}", $"sqrt(2 * f{i + 1} / lambda)", $"rows/{i}/rmsDistance");
            }

            sheet.Line("rf", "f1 / f2");
            sheet.Line("rd", "d1 / d2");
        }),
        new("robbins-monro", "Robbins–Monro rates", "1", sheet =>
        {
            sheet.Let("sigma", "sigma");
            sheet.Skip("oneOverT/meanSquareAt");
            for (var i = 0; i < 3; i++)
            {
                sheet.Line($"m{(int)Math.Pow(10, i + 1)}", $"sigma^2 / {(int)Math.Pow(10, i + 1)}", $"oneOverT/value/{i}");
            }

            sheet.Line("theta", "(100000 + 2) / (2 * (100000 + 1))", "oneOverTplus1SquaredNoiseFree/after100000");
            sheet.Line("m", "0.1 * sigma^2 / (2 - 0.1)", "constantEta01/meanSquareLimit");
        }),
        new("sharp-versus-flat", "Sharp and flat pits", "1", _ => { }),
        new("gradient-norm-bound", "A bound on the smallest gradient", "1", sheet =>
        {
            sheet.Let("x0", "start");
            sheet.Let("eta", "learningRate");
            sheet.Line("f0", "1 / (1 + exp(x0))");
            for (var i = 0; i < 5; i++)
            {
                sheet.Line($"B{i + 1}", $"sqrt(2 * f0 / (eta * {(int)sheet.Result($"rows/{i}/T")}))", $"rows/{i}/bound");
            }
        }),
    ];

    private static void Parabola(CalculationSheet sheet, int steps, bool hasGradient = false)
    {
        sheet.Let("eta", "learningRate");
        sheet.Line("x0", "0", "x", 0);
        for (var t = 0; t <= steps; t++)
        {
            sheet.Line($"f{t}", $"(x{t} - 3)^2", hasGradient || sheet.Input("learningRate") >= 1 ? "loss" : null, t);
            if (t < steps || hasGradient)
            {
                sheet.Line($"g{t}", $"2 * (x{t} - 3)", hasGradient ? "gradientAtX" : null, t);
            }

            if (t < steps)
            {
                sheet.Line($"x{t + 1}", $"x{t} - eta*g{t}", "x", t + 1);
            }
        }
    }

    private static void Square(CalculationSheet sheet, int steps)
    {
        sheet.Let("eta", "learningRate");
        sheet.Line("theta0", "1", "theta", 0);
        for (var t = 0; t < steps; t++)
        {
            sheet.Line($"g{t}", $"2 * theta{t}");
            sheet.Line($"theta{t + 1}", $"theta{t} - eta*g{t}", "theta", t + 1);
        }
    }

    private static void FourGradients(CalculationSheet sheet, string theta, string? path)
    {
        int[] targets = [2, 4, 5, 8];
        for (var i = 1; i <= 4; i++)
        {
            sheet.Line($"g{i}", $"-2 * {i} * ({targets[i - 1]} - {theta}*{i})", path, i - 1);
        }
    }
}
