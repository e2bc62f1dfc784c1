-- Which buffers does editors/neovim start a client for? Asks the `root_dir` function itself, no server is started.
local report = dofile(vim.fs.dirname(debug.getinfo(1, 'S').source:sub(2)) .. '/report.lua')
local root_dir = vim.lsp.config.asyncapi_security.root_dir
vim.lsp.enable('asyncapi_security', false)
local folder = vim.fn.tempname()
vim.fn.mkdir(folder, 'p')

local function case(name, text, wanted)
  local path = vim.fs.joinpath(folder, name)
  if text then
    local file = assert(io.open(path, 'wb'))
    file:write(text)
    file:close()
  end
  vim.cmd.edit(path)
  local root
  root_dir(vim.api.nvim_get_current_buf(), function(dir)
    root = dir
  end)
  local filetype = vim.bo.filetype
  local listed = vim.tbl_contains(vim.lsp.config.asyncapi_security.filetypes, filetype)
  report.check(('%s for %s'):format(wanted and 'a client' or 'no client', name), listed and (root ~= nil) == wanted, filetype)
end

case('plain.yaml', 'asyncapi: 3.0.0\n', true)
case('broken.yaml', 'asyncapi: 3.0.0\ncomponents:\n  - a: [\n b: "\n', true)
case('crlf.yaml', 'asyncapi: 3.0.0\r\ninfo: {}\r\n', true)
case('bom.yaml', '\239\187\191asyncapi: 3.0.0\n', true)
case('quoted.yml', '"asyncapi": "2.6.0"\n', true)
case('comments-first.yaml', ('# words\n'):rep(80) .. 'asyncapi: 3.0.0\n', true)
case('flow-style.yaml', '{asyncapi: 3.0.0, info: {title: a}}\n', true)
case('flow-style-late.yaml', '{ info: {title: a},\n  asyncapi: 3.0.0 }\n', true)
case('flow-style-scheme.yaml', "{type: http, scheme: basic}\n", true)
case('flow-style-nested.yaml', '{ x: {asyncapi: 3.0.0} }\n', false)
case('compact.json', '{"info":{"title":"}"},"asyncapi":"3.0.0"}', true)
case('indented.json', '{\n  "asyncapi": "3.0.0"\n}\n', true)
case('comments.jsonc', '// a { comment\n/* and [ one */ {\n  "asyncapi": "3.0.0"\n}\n', true)
case('half-typed.json', '{"info": {"title": "O\n},\n"asyncapi": "3.0.0",', true)
case('new.asyncapi.yaml', nil, true)
case('scheme.yaml', 'type: scramSha512 # for the broker\ndescription: one\n', true)
case('scheme.json', '{"type": "httpApiKey", "in": "header", "name": "X-Key"}', true)
case('flow.yaml', 'tokenUrl: https://example.com/token\navailableScopes: {}\n', true)
case('schemes.yaml', 'staff:\n  type: scramSha512\n', true)
case('schemes.json', '{"staff": {"type": "userPassword"}}', true)
-- Words like these alone are found in files of all kinds.
case('common.yaml', 'output:\n  type: http\n', false)
case('pod.yaml', 'spec:\n  security: strict\n', false)
case('openapi.yaml', 'openapi: 3.1.0\ncomponents:\n  securitySchemes:\n    a:\n      type: http\n', false)
case('nested.yaml', 'x:\n  asyncapi: 3.0.0\n', false)
case('prose.yaml', 'note: we use asyncapi: 3\n', false)
case('schema.json', '{"type": "object", "properties": {"asyncapi": {"type": "string"}}}', false)
case('package.json', '{"dependencies": {"asyncapi": "^1.0.0"}, "keywords": ["asyncapi"]}', false)
case('asyncapi-security.toml', '[rules]\n', true)
case('cargo.toml', '[package]\nname = "a"\n', false)
case('list.yaml', '- asyncapi\n- type: http\n', false)
case('empty.yaml', '', false)

vim.fn.delete(folder, 'rf')
report.finish()
