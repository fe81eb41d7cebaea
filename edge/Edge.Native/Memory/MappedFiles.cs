using System.Globalization;
using System.Runtime.InteropServices;

namespace Edge.Native.Memory;

/// <summary>The files that the process is made of: its program and its libraries, in memory as far as they were used.</summary>
public static partial class MappedFiles
{
    /// <summary>MADV_DONTNEED (madvise(2)).</summary>
    private const int DoNotNeed = 4;

    private const string MapsPath = "/proc/self/smaps";
    private const string AnonymousField = "Anonymous:";

    /// <summary>Lets go of all pages that are as the file has them. What is used again comes back from the system's page
    /// cache, a fault of half a microsecond for 64 KiB; what only the start needed does not.</summary>
    /// <remarks>Pages that differ from the file (relocations, data that was written) are not touched: a mapping that has
    /// any is left alone, and one that may be written is, whatever it has. Threads: any, and others may run meanwhile.</remarks>
    /// <returns>How many mappings were looked through.</returns>
    public static int Release()
    {
        var released = 0;
        var mapping = default(Mapping);
        foreach (var line in File.ReadLines(MapsPath))
        {
            if (Mapping.TryParse(line, out var next))
            {
                mapping = next;
            }
            else if (mapping.IsReleasable && IsZero(line, AnonymousField))
            {
                released += Advise(mapping.Start, mapping.Length, DoNotNeed) == 0 ? 1 : 0;
            }
        }

        return released;
    }

    private static bool IsZero(string line, string field) =>
        line.StartsWith(field, StringComparison.Ordinal)
        && line.AsSpan(field.Length).Trim().SequenceEqual("0 kB");

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nuint start, nuint length, int advice);

    /// <summary>The head of a mapping's lines (proc(5)): <c>start-end permissions offset device inode path</c>.</summary>
    private readonly record struct Mapping(nuint Start, nuint Length, bool IsReleasable)
    {
        private const int PermissionsField = 1;
        private const int PathField = 5;

        public static bool TryParse(string line, out Mapping mapping)
        {
            mapping = default;
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var ends = fields[0].Split('-');
            if (
                ends.Length != 2
                || !TryParseAddress(ends[0], out var start)
                || !TryParseAddress(ends[1], out var end)
            )
            {
                return false;
            }

            var isFile = fields.Length > PathField && fields[PathField][0] == '/';
            var isReadOnly = fields[PermissionsField] is "r-xp" or "r--p";
            mapping = new(start, end - start, isFile && isReadOnly);
            return true;
        }

        private static bool TryParseAddress(string text, out nuint address) =>
            nuint.TryParse(
                text,
                NumberStyles.AllowHexSpecifier,
                CultureInfo.InvariantCulture,
                out address
            );
    }
}
