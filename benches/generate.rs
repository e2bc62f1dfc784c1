//! Documents of any size for the benchmarks: many channels, operations, messages and schemas, and
//! a few security schemes, as real documents have them.

/// A 3.0.0 document of about `size` bytes as YAML.
pub fn yaml(size: usize) -> String {
    let mut channels = String::new();
    let mut operations = String::new();
    let mut schemas = String::new();
    let mut number = 0;
    while channels.len() + operations.len() + schemas.len() + HEAD.len() < size {
        channels.push_str(&format!(
            "  channel{number}:\n    address: lamps.{number}.measured\n    messages:\n      measured:\n        payload:\n          $ref: '#/components/schemas/schema{number}'\n"
        ));
        operations.push_str(&format!(
            "  operation{number}:\n    action: receive\n    channel:\n      $ref: '#/channels/channel{number}'\n    summary: Receive what lamp {number} measured\n    security:\n      - $ref: '#/components/securitySchemes/login'\n"
        ));
        schemas.push_str(&format!(
            "    schema{number}:\n      type: object\n      properties:\n        lumens:\n          type: integer\n          minimum: 0\n          description: Light of lamp {number} in lumens\n        sentAt:\n          type: string\n          format: date-time\n"
        ));
        number += 1;
    }
    format!(
        "{HEAD}channels:\n{channels}operations:\n{operations}components:\n{SCHEMES}  schemas:\n{schemas}"
    )
}

/// The same document as JSON, two spaces a level.
pub fn json(size: usize) -> String {
    let mut channels = String::new();
    let mut operations = String::new();
    let mut schemas = String::new();
    let mut number = 0;
    while channels.len() + operations.len() + schemas.len() + JSON_SCHEMES.len() < size {
        let comma = if number == 0 { "" } else { ",\n" };
        channels.push_str(&format!(
            "{comma}    \"channel{number}\": {{\n      \"address\": \"lamps.{number}.measured\",\n      \"messages\": {{\n        \"measured\": {{\n          \"payload\": {{\n            \"$ref\": \"#/components/schemas/schema{number}\"\n          }}\n        }}\n      }}\n    }}"
        ));
        operations.push_str(&format!(
            "{comma}    \"operation{number}\": {{\n      \"action\": \"receive\",\n      \"channel\": {{\n        \"$ref\": \"#/channels/channel{number}\"\n      }},\n      \"security\": [\n        {{\n          \"$ref\": \"#/components/securitySchemes/login\"\n        }}\n      ]\n    }}"
        ));
        schemas.push_str(&format!(
            "{comma}      \"schema{number}\": {{\n        \"type\": \"object\",\n        \"properties\": {{\n          \"lumens\": {{\n            \"type\": \"integer\",\n            \"minimum\": 0\n          }},\n          \"sentAt\": {{\n            \"type\": \"string\"\n          }}\n        }}\n      }}"
        ));
        number += 1;
    }
    format!(
        "{{\n  \"asyncapi\": \"3.0.0\",\n  \"info\": {{\n    \"title\": \"Lamps\",\n    \"version\": \"1.0.0\"\n  }},\n  \"channels\": {{\n{channels}\n  }},\n  \"operations\": {{\n{operations}\n  }},\n  \"components\": {{\n{JSON_SCHEMES}    \"schemas\": {{\n{schemas}\n    }}\n  }}\n}}\n"
    )
}

const HEAD: &str = "asyncapi: 3.0.0
info:
  title: Lamps
  version: 1.0.0
servers:
  production:
    host: broker.example.com
    protocol: kafka-secure
    security:
      - $ref: '#/components/securitySchemes/scram'
";

const SCHEMES: &str = "  securitySchemes:
    scram:
      type: scramSha256
    login:
      type: oauth2
      flows:
        authorizationCode:
          authorizationUrl: https://auth.example.com/authorize
          tokenUrl: https://auth.example.com/token
          availableScopes:
            lamps:read: Read lamps
      scopes:
        - lamps:read
";

const JSON_SCHEMES: &str = "    \"securitySchemes\": {
      \"login\": {
        \"type\": \"oauth2\",
        \"flows\": {
          \"authorizationCode\": {
            \"authorizationUrl\": \"https://auth.example.com/authorize\",
            \"tokenUrl\": \"https://auth.example.com/token\",
            \"availableScopes\": {
              \"lamps:read\": \"Read lamps\"
            }
          }
        },
        \"scopes\": [
          \"lamps:read\"
        ]
      }
    },
";
