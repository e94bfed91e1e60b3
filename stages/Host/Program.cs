using System.CommandLine;
using Llava.Host;
using Llava.Host.Verbs;

var root = new RootCommand("LLaVA-1.5 from raw datasets to a trained, exported and scored model. Each verb runs one stage alone.");
var events = new Option<bool>("--events") { Description = "write progress as JSON lines to standard output, for a program that reads them", Recursive = true };
root.Options.Add(events);
foreach (var verb in VerbTable.All())
    root.Subcommands.Add(verb);
return await VerbRunner.RunAsync(root, events, args);
