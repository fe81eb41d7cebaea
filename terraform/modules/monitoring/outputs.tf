output "files" {
  description = "The files by name, for a Prometheus that is elsewhere. One that is there already takes edge-targets.json and edge-rules.yml, and the scrape configuration of prometheus.yml (with honor_labels)."
  value       = local.files
}

output "targets" {
  description = "Whom Prometheus asks."
  value       = flatten(local.targets[*].targets)
}
