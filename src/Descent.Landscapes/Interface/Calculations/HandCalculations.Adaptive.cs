namespace Descent.Landscapes.Interface.Calculations;

// Chapters 3 to 6: a rate per parameter, Adam, weight decay, and beyond.
internal static partial class HandCalculations
{
    private static IReadOnlyList<HandCalculation> Adaptive =>
    [
        new("adagrad-two-parameters", "AdaGrad, a busy and a rare parameter", "3", sheet =>
        {
            sheet.Let("eta", "learningRate");
            foreach (var (name, input) in new[] { ("a", "gradientsA"), ("b", "gradientsB") })
            {
                var isBusy = name == "a";
                for (var t = 0; t < 4; t++)
                {
                    sheet.Let($"{name}{t + 1}", sheet.Input(input, t));
                }

                for (var t = 1; t <= 4; t++)
                {
                    var total = $"{(isBusy ? "G" : "H")}{t}";
                    sheet.Line(total, string.Join(" + ", Enumerable.Range(1, t).Select(i => $"{name}{i}^2")), isBusy ? "GA" : "GB", t - 1);
                    if (isBusy)
                    {
                        sheet.Line($"r{t}", $"sqrt({total})", "sqrtGA", t - 1);
                        sheet.Line($"e{t}", $"eta / r{t}", "effectiveA", t - 1);
                        sheet.Line($"u{t}", $"e{t} * a{t}", "updateA", t - 1);
                    }
                    else if (t == 4)
                    {
                        sheet.Line("e4", "eta / sqrt(H4)", "effectiveB", 3);
                        sheet.Line("u4", "e4 * b4", "updateB", 3);
                    }
                }
            }
        }),
        new("adagrad-long-run", "AdaGrad after ten thousand steps", "3", sheet =>
        {
            sheet.Let("eta", "learningRate");
            sheet.Let("rho", "rho");
            for (var i = 0; i < 4; i++)
            {
                sheet.Let($"g{i + 1}", sheet.Input("gradients", i));
            }

            sheet.Line("m", "(g1^2 + g2^2 + g3^2 + g4^2) / 4", "meanSquare");
            sheet.Line("G", "10000 * m", "adagradG");
            sheet.Line("e", "eta / sqrt(G)", "adagradEffective");
            for (var i = 0; i < 4; i++)
            {
                var (a, b, c, d) = (i + 1, ((i + 3) % 4) + 1, ((i + 2) % 4) + 1, ((i + 1) % 4) + 1);
                sheet.Line($"v{i + 1}", $"(1 - rho) * (g{a}^2 + rho*g{b}^2 + rho^2*g{c}^2 + rho^3*g{d}^2) / (1 - rho^4)", "rmspropCycle", i);
                sheet.Line($"e{i + 1}", $"eta / sqrt(v{i + 1})", "rmspropEffective", i);
            }
        }),
        new("adagrad-g-90000", "AdaGrad's rate at 90 000", "3", sheet =>
        {
            sheet.Let("G", "G");
            sheet.Let("eta", "learningRate");
            sheet.Line("e", "eta / sqrt(G)", "effective", 0);
        }),
        new("adagrad-constant-gradient", "AdaGrad under a steady gradient", "3", sheet =>
        {
            sheet.Let("eta", "learningRate");
            for (var i = 0; i < 4; i++)
            {
                sheet.Let($"t{i + 1}", sheet.Input("t", i));
                sheet.Line($"u{i + 1}", $"eta / sqrt(t{i + 1})", "step", i);
            }
        }),
        new("rmsprop-four-steps", "RMSProp, four steps", "3", sheet =>
        {
            sheet.Let("eta", "learningRate");
            sheet.Let("rho", "rho");
            sheet.Line("G0", "0");
            for (var t = 1; t <= 4; t++)
            {
                sheet.Let($"g{t}", sheet.Input("gradients", t - 1));
                sheet.Line($"G{t}", $"rho*G{t - 1} + (1 - rho)*g{t}^2", "G", t - 1);
                sheet.Line($"r{t}", $"sqrt(G{t})", "sqrtG", t - 1);
                sheet.Line($"e{t}", $"eta / r{t}", "effective", t - 1);
            }
        }),
        new("rmsprop-first-step", "RMSProp's first step", "3", sheet =>
        {
            sheet.Let("eta", "learningRate");
            for (var i = 0; i < 2; i++)
            {
                sheet.Let($"rho{i + 1}", sheet.Input("rho", i));
                sheet.Line($"u{i + 1}", $"eta / sqrt(1 - rho{i + 1})", "firstStep", i);
            }
        }),
        new("epsilon-placement", "Epsilon inside or outside the root", "3", sheet =>
        {
            sheet.Let("g", "gradient");
            sheet.Let("eta", "learningRate");
            sheet.Let("rho", "rho");
            sheet.Let("eps", "epsilon");
            sheet.Line("v", "(1 - rho) * g^2");
            sheet.Line("a", "eta * g / sqrt(v + eps)", "inside");
            sheet.Line("b", "eta * g / (sqrt(v) + eps)", "outside");
            sheet.Line("r", "b / a", "ratio");
        }),
    ];

    private static IReadOnlyList<HandCalculation> Adam =>
    [
        new("bias-correction-factors", "Factors of the bias correction", "4", sheet =>
        {
            sheet.Let("beta1", "beta1");
            sheet.Let("beta2", "beta2");
            sheet.Skip("t");
            sheet.Line("c1", "1 - beta1^1", "beta1Factor", 0);
            sheet.Line("c10", "1 - beta1^10", "beta1Factor", 1);
            sheet.Line("c1000", "1 - beta1^1000", "beta1Factor", 2);
            sheet.Line("d1000", "1 - beta2^1000", "beta2Factor1000", 0);
            sheet.Line("p", "100 * (1 - c10)", "percentTooLowAt10", 0);
        }),
        new("adam-three-steps", "Adam, three steps", "4", sheet =>
        {
            sheet.Let("eta", "learningRate");
            sheet.Let("beta1", "beta1");
            sheet.Let("beta2", "beta2");
            sheet.Let("eps", "epsilon");
            sheet.Line("m0", "0");
            sheet.Line("v0", "0");
            sheet.Line("theta0", "0");
            for (var t = 1; t <= 3; t++)
            {
                sheet.Let($"g{t}", sheet.Input("gradients", t - 1));
                sheet.Line($"m{t}", $"beta1*m{t - 1} + (1 - beta1)*g{t}", "m", t - 1);
                sheet.Line($"v{t}", $"beta2*v{t - 1} + (1 - beta2)*g{t}^2", "v", t - 1);
                sheet.Line($"mHat{t}", $"m{t} / (1 - beta1^{t})", "mHat", t - 1);
                sheet.Line($"vHat{t}", $"v{t} / (1 - beta2^{t})", "vHat", t - 1);
                sheet.Line($"u{t}", $"eta * mHat{t} / (sqrt(vHat{t}) + eps)", "update", t - 1);
                sheet.Line($"theta{t}", $"theta{t - 1} - u{t}", "theta", t - 1);
            }
        }),
        new("adam-first-step", "Adam's first step", "4", sheet =>
        {
            sheet.Let("eta", "learningRate");
            sheet.Let("eps", "epsilon");
            for (var i = 0; i < 7; i++)
            {
                sheet.Let($"g{i + 1}", sheet.Input("gradients", i));
                sheet.Line($"u{i + 1}", $"eta * g{i + 1} / (g{i + 1} + eps)", "step", i);
            }
        }),
        new("adam-without-bias-correction", "Adam without its correction", "4", sheet =>
        {
            sheet.Let("beta1", "beta1");
            sheet.Let("beta2", "beta2");
            for (var i = 0; i < 11; i++)
            {
                var t = sheet.Input("t", i);
                sheet.Line($"r{t}", $"(1 - beta1^{t}) / sqrt(1 - beta2^{t})", "ratio", i);
            }
        }),
        new("adam-large-epsilon", "Adam with a large epsilon", "4", sheet =>
        {
            sheet.Let("eta", "learningRate");
            sheet.Let("g", "gradient");
            for (var i = 0; i < 5; i++)
            {
                sheet.Let($"eps{i + 1}", sheet.Input("epsilon", i));
                sheet.Line($"u{i + 1}", $"eta * g / (g + eps{i + 1})", "step", i);
            }
        }),
        new("sgd-weight-decay-factor", "What decay leaves of a weight", "5", sheet =>
        {
            sheet.Let("eta", "learningRate");
            sheet.Let("lambda", "lambda_");
            sheet.Line("q", "1 - eta*lambda", "factor", 0);
        }),
        new("adam-l2-vs-adamw", "Adam with L2 against AdamW, one step", "5", sheet =>
        {
            sheet.Let("theta", "theta");
            sheet.Let("g", "gradient");
            sheet.Let("lambda", "lambda");
            sheet.Let("eta", "learningRate");
            sheet.Let("v", "v");
            sheet.Line("h", "g + lambda*theta", "l2Gradient");
            sheet.Line("u", "eta * h / sqrt(v)", "l2Update");
            sheet.Line("theta1", "theta - u", "l2Theta");
            sheet.Line("d", "eta * lambda * theta / sqrt(v)", "l2DecayPart");
            sheet.Line("p", "100 * d / theta", "l2DecayPercent", 0);
            sheet.Line("a", "eta * g / sqrt(v)", "adamwAdamPart");
            sheet.Line("b", "eta * lambda * theta", "adamwDecayPart");
            sheet.Line("theta2", "theta - a - b", "adamwTheta");
            sheet.Line("q", "100 * b / theta", "adamwDecayPercent", 0);
            sheet.Line("r", "b / d", "ratio", 0);
        }),
        new("decay-trajectories", "Three thousand steps of decay", "5", sheet =>
        {
            sheet.Let("theta0", "start");
            sheet.Let("eta", "learningRate");
            sheet.Let("lambda", "lambda");
            sheet.Line("theta3000", "theta0 * (1 - eta*lambda)^3000", "pureDecay");
        }),
    ];

    private static IReadOnlyList<HandCalculation> Beyond =>
    [
        new("radam-rectification", "RAdam's rectification", "6", sheet =>
        {
            sheet.Let("beta2", "beta2");
            sheet.Line("rhoMax", "2 / (1 - beta2) - 1", "rhoInfinity");
            for (var t = 1; t <= 7; t++)
            {
                sheet.Line($"rho{t}", $"rhoMax - 2 * {t} * beta2^{t} / (1 - beta2^{t})", "rho", t - 1);
            }

            sheet.Line("r6", "sqrt((rho6 - 4) * (rho6 - 2) * rhoMax / ((rhoMax - 4) * (rhoMax - 2) * rho6))", "r6");
        }),
        new("lamb-speedup", "How much faster LAMB was", "6", sheet =>
        {
            sheet.Let("m", "minutes");
            sheet.Let("d", "baselineDays");
            sheet.Line("r", "d * 24 * 60 / m", "ratio", 0);
            sheet.Let("h", sheet.Result("publishedBaselineHours"));
            sheet.Let("p", sheet.Result("publishedMinutes"));
            sheet.Line("q", "h * 60 / p", "publishedRatio");
        }),
        new("lion-signs", "Lion's signs", "6", sheet =>
        {
            sheet.Let("beta1", "beta1");
            sheet.Let("beta2", "beta2");
            sheet.Line("m0", "0");
            for (var t = 1; t <= 6; t++)
            {
                sheet.Let($"g{t}", sheet.Input("gradients", t - 1));
                sheet.Line($"c{t}", $"beta1*m{t - 1} + (1 - beta1)*g{t}");
                sheet.Line($"s{t}", $"c{t} / abs(c{t})", "sign", t - 1);
                sheet.Line($"m{t}", $"beta2*m{t - 1} + (1 - beta2)*g{t}", "m", t - 1);
            }

            sheet.Line("n0", "0");
            for (var t = 1; t <= 6; t++)
            {
                sheet.Line($"n{t}", $"beta1*n{t - 1} + (1 - beta1)*g{t}");
                sheet.Line($"d{t}", $"beta2*n{t} + (1 - beta2)*g{t}");
                sheet.Line($"z{t}", $"d{t} / abs(d{t})", "seed003Variant", t - 1);
            }
        }),
        new("sophia-clip", "Sophia's clip", "6", sheet =>
        {
            sheet.Let("rho", "rho");
            sheet.Let("eps", "epsilon");
            for (var i = 0; i < 5; i++)
            {
                sheet.Let($"m{i + 1}", sheet.Input("m", i));
                sheet.Let($"h{i + 1}", sheet.Input("h", i));
                sheet.Line($"u{i + 1}", $"max(-rho, min(rho, m{i + 1} / max(h{i + 1}, eps)))", "ratioClipped", i);
            }
        }),
        new("optimizer-state-gpt3", "Adam's state for 175 billion parameters", "6", sheet =>
        {
            sheet.Let("n", "parameters");
            sheet.Let("b", "bytesPerFloat");
            sheet.Line("f", "2 * n", "floats", 0);
            sheet.Line("s", "f * b / 10^12", "terabytes", 0);
            sheet.Line("t", "f * b / 2^40", "tebibytes");
        }),
        new("adafactor-4096", "Adafactor on a square matrix", "6", sheet =>
        {
            sheet.Let("r", "rows");
            sheet.Let("c", "columns");
            sheet.Line("N", "r * c", "full", 0);
            sheet.Line("F", "r + c", "factored", 0);
            sheet.Line("q", "N / F", "reduction", 0);
        }),
        new("optimizer-state-table", "State, method by method", "6", sheet =>
        {
            sheet.Let("n", "parameters");
            sheet.Skip("forBuffers");
            for (var i = 0; i < 4; i++)
            {
                sheet.Line($"s{i}", $"4 * {i} * n / 10^12", "terabytes", i);
            }
        }),
    ];
}
