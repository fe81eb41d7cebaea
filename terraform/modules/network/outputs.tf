output "urls" {
  description = "Where each node's HTTP side is, by PoP."
  value       = { for name, pop in module.pop : name => pop.urls }
}

output "versions" {
  description = "The version that each PoP's nodes run."
  value       = { for name, pop in module.pop : name => pop.version }
}

output "monitoring" {
  description = "The facts that modules/monitoring takes as its pops."
  value       = [for pop in module.pop : pop.monitoring]
}
