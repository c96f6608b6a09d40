using BenchmarkDotNet.Running;
using Descent.Benchmarks.Formats;
using Descent.Benchmarks.Limit;
using Descent.Benchmarks.Methods;
using Descent.Benchmarks.Networks;
using Descent.Benchmarks.Products;

if (args is ["limit", ..])
{
    return LimitCommand.Run(args);
}

if (args is ["methods", ..])
{
    return MethodsCommand.Run(args);
}

if (args is ["precision", ..])
{
    return PrecisionCommand.Run(args);
}

if (args is ["products", ..])
{
    return ProductsCommand.Run(args);
}

if (args is ["networks", ..])
{
    return NetworksCommand.Run(args);
}

BenchmarkSwitcher.FromAssembly(typeof(LimitCommand).Assembly).Run(args);
return 0;
