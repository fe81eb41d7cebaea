using Edge.Load;
using Edge.Load.Links;
using Edge.Load.Mesh;
using Edge.Load.Recording;
using Edge.Load.Reports;
using Edge.Load.Rooms;
using Edge.Load.Starts;
using Edge.Testing;

if (args is ["mesh", .. var mesh])
{
    return await MeshCommand.RunAsync(mesh);
}

if (args is ["rooms", .. var rooms])
{
    return await RoomsCommand.RunAsync(rooms);
}

if (args is ["start", .. var start])
{
    return await StartCommand.RunAsync(start);
}

if (args is ["link", .. var link])
{
    return LinkCommand.Run(link);
}

if (args is ["record", .. var record])
{
    return await RecordCommand.RunAsync(record);
}

if (!LoadOptions.TryParse(args, out var options, out var problem))
{
    Console.Error.WriteLine(problem);
    Console.Error.WriteLine(LoadOptions.Usage);
    return 2;
}

if (options.SummaryFolder is { } folder)
{
    return Summary.Run(folder, options.JsonFile);
}

try
{
    var report = await LoadRun.RunAsync(options);
    report.Print(Console.Out);
    if (options.JsonFile is { } file)
    {
        ReportFiles.Save(file, report);
    }

    return 0;
}
catch (Exception exception)
    when (exception is TestingException or HttpRequestException or TimeoutException or IOException)
{
    Console.Error.WriteLine($"The run failed: {exception.Message}");
    return 1;
}
