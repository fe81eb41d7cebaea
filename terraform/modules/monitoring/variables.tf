variable "pops" {
  description = <<-TEXT
    The PoPs, as output monitoring of modules/pop gives them, or by hand.
      name      of the PoP
      nodes     name and lan_address of each; Prometheus reaches TCP 9181 (edge), 9182 (control), 9183 (anycastd) there
      anycast   true: anycastd runs beside the edges
  TEXT
  type = list(object({
    name    = string
    nodes   = list(object({ name = string, lan_address = string }))
    anycast = optional(bool, false)
  }))

  validation {
    condition     = length(distinct([for pop in var.pops : pop.name])) == length(var.pops)
    error_message = "Two PoPs have one name: ${join(", ", distinct([for pop in var.pops : pop.name if length([for other in var.pops : other if other.name == pop.name]) > 1]))}. Give each PoP a name of its own."
  }

  validation {
    condition = alltrue(flatten([for pop in var.pops : [for node in pop.nodes :
      can(cidrhost("${node.lan_address}/32", 0)) || can(cidrhost("${node.lan_address}/128", 0))
    ]]))
    error_message = "lan_address is an IP address: ${join(", ", flatten([for pop in var.pops : [for node in pop.nodes : "\"${node.lan_address}\" of ${node.name} in ${pop.name}" if !(can(cidrhost("${node.lan_address}/32", 0)) || can(cidrhost("${node.lan_address}/128", 0)))]]))} is none."
  }

  validation {
    condition = length(distinct(flatten([for pop in var.pops : [for node in pop.nodes : node.lan_address]]))) == length(flatten([for pop in var.pops : pop.nodes
    ]))
    error_message = "Two nodes have one lan_address: Prometheus could not tell one from the other. Give each node one that it reaches it by."
  }
}

variable "ports" {
  description = "The ports of EDGE_METRICS."
  type        = object({ edge = optional(number, 9181), control = optional(number, 9182), anycastd = optional(number, 9183) })
  default     = {}
}

variable "directory" {
  description = "Where the files are written on this machine, as absolute path: prometheus.yml, edge-targets.json, edge-rules.yml. Null: nowhere, they are outputs alone."
  type        = string
  default     = null

  validation {
    condition     = var.directory == null || startswith(coalesce(var.directory, "-"), "/")
    error_message = "directory is an absolute path, as in \"/etc/prometheus\"."
  }
}

variable "alertmanagers" {
  description = "Addresses of Alertmanagers, host:port."
  type        = list(string)
  default     = []
}

variable "scrape_seconds" {
  description = "How often Prometheus asks each process. The alerts are made for 15."
  type        = number
  default     = 15

  validation {
    condition     = var.scrape_seconds >= 1 && var.scrape_seconds <= 60
    error_message = "scrape_seconds is between 1 and 60: alerts look at the last five minutes."
  }
}
