using Descent.Cli;

return Application.Run(args, Terminal.OfProcess());
