using Descent.LinearAlgebra;

namespace Descent.TestSupport;

/// <summary>Runs where OpenBLAS is installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OpenBlasFactAttribute : FactAttribute
{
    public OpenBlasFactAttribute() => Skip = OpenBlas.IsInstalled ? null : "OpenBLAS is not installed";
}
