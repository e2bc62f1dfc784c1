---@brief
---
--- https://github.com/asyncapi-security-lsp/asyncapi-security-lsp
---
--- A language server for the security parts of AsyncAPI documents: security schemes, OAuth flows, scopes, and the
--- `security` lists of servers and operations. [How to install it](https://asyncapi-security-lsp.github.io/asyncapi-security-lsp/install.html).
---
--- Every YAML and JSON file is a candidate, for AsyncAPI documents have no filetype of their own. The server is silent
--- in files that are none of its business, but a buffer should not carry a client for nothing: so the top-level keys
--- decide whether one is started at all. Needs Neovim 0.11.

-- Keys are looked for in this many lines: `asyncapi` is first by custom, but may come late where keys are sorted.
local LINES = 2000

local SCHEME_TYPES = {
  userPassword = true,
  apiKey = true,
  X509 = true,
  symmetricEncryption = true,
  asymmetricEncryption = true,
  httpApiKey = true,
  http = true,
  oauth2 = true,
  openIdConnect = true,
  plain = true,
  scramSha256 = true,
  scramSha512 = true,
  gssapi = true,
}

-- Keys that alone tell an OAuth flow or the map of flows: no other kind of file starts with them.
local FLOW_KEYS = {
  authorizationUrl = true,
  tokenUrl = true,
  refreshUrl = true,
  availableScopes = true,
  authorizationCode = true,
  clientCredentials = true,
}

local function unquote(text)
  return text:match('^"(.*)"$') or text:match("^'(.*)'$") or text
end

--- The keys at column 0 of block YAML, each with its value where that stands on the same line.
local function block_keys(lines)
  local keys = {}
  for _, line in ipairs(lines) do
    local key, value = line:match('^([%w_"\'][%w_%-."\']*)%s*:%s+(.*)$')
    if not key then
      key, value = line:match('^([%w_"\'][%w_%-."\']*)%s*:%s*$'), ''
    end
    if key then
      keys[unquote(key)] = unquote((value:gsub('%s+#.*$', ''):gsub('%s+$', '')))
    end
  end
  return keys
end

--- The keys of the outermost braces of JSON (comments allowed), found without reading the whole as JSON:
--- a document is not well formed most of the time while someone writes in it.
local function brace_keys(text)
  local keys, depth, at, key = {}, 0, 1, nil
  while true do
    local from = text:find('["{}%[%]/,]', at)
    if not from then
      return keys
    end
    local char = text:sub(from, from)
    at = from + 1
    if depth == (char == '{' and 0 or 1) and (char == '{' or char == ',') then
      -- Flow style YAML, where a key needs no quotes.
      local bare, value = text:match('^%s*([%w_]+)%s*:%s+([^%s,{}]*)', at)
      if bare then
        keys[bare] = unquote(value)
      end
    end
    if char == '"' then
      local to = from
      repeat
        to = text:find('["\\\n]', to + 1)
        if to and text:sub(to, to) == '\\' then
          to = to + 1
        elseif to then
          break
        end
      until not to
      if not to then
        return keys
      end
      at = to + 1
      if depth == 1 then
        local word = text:sub(from + 1, to - 1)
        if key then
          keys[key], key = word, nil
        elseif text:find('^%s*:', at) then
          key = word
          keys[word] = ''
        end
      end
    elseif char == '{' or char == '[' then
      depth, key = depth + 1, nil
    elseif char == '}' or char == ']' then
      depth, key = depth - 1, nil
    elseif char == ',' then
      key = nil
    elseif text:sub(at, at) == '/' then
      at = text:find('\n', at, true) or #text + 1
    elseif text:sub(at, at) == '*' then
      local _, to = text:find('*/', at + 1, true)
      at = (to or #text) + 1
    end
  end
end

-- Types of schemes that other files say of other things as well.
local COMMON_TYPES = { apiKey = true, http = true, oauth2 = true, openIdConnect = true, plain = true }

--- Whether a text may be a part of a document in another file: it has schemes or a list of requirements. Beside a
--- document that is open (`is_beside`) words are enough that alone would be too common.
local function is_part(text, is_beside)
  for kind in text:gmatch('type["\']?%s*:%s*["\']?(%w+)') do
    if SCHEME_TYPES[kind] and (is_beside or not COMMON_TYPES[kind]) then
      return true
    end
  end
  return is_beside and text:find('%f[%w]security["\']?%s*:') ~= nil
end

local function is_ours(buffer, is_beside)
  -- A new file is empty still, its name says what it will be.
  if vim.fs.basename(vim.api.nvim_buf_get_name(buffer)):find('asyncapi', 1, true) then
    return true
  end
  local lines = vim.api.nvim_buf_get_lines(buffer, 0, LINES, false)
  local text = table.concat(lines, '\n')
  local keys = text:find('^%s*[{/]') and brace_keys(text) or block_keys(lines)
  if keys.asyncapi then
    return true
  end
  -- Files that hold a scheme or a flow alone, for others to refer to.
  if keys.type and SCHEME_TYPES[keys.type] then
    return true
  end
  for key in pairs(keys) do
    if FLOW_KEYS[key] then
      return true
    end
  end
  return not (keys.openapi or keys.swagger) and is_part(text, is_beside)
end

--- The folder of a buffer's workspace, and whether a client runs there.
local function root_of(buffer)
  local name = vim.api.nvim_buf_get_name(buffer)
  local root = vim.fs.root(buffer, { '.git' })
  for _, client in ipairs(vim.lsp.get_clients({ name = 'asyncapi_security' })) do
    local other = client.root_dir
    if other and (other == root or not root and vim.fs.relpath(other, name)) then
      return other, true
    end
  end
  return root or vim.fs.dirname(name), false
end

-- The pages of rules and security reports come from the server as documents of their own, such as
-- `asyncapi-security:/rules/ID.md`.
-- Without the slash the pattern would be for the last part of the name alone.
local PAGES = 'asyncapi-security:/*'

local function read_page(event)
  local uri = vim.api.nvim_buf_get_name(event.buf)
  local client = vim.lsp.get_clients({ name = 'asyncapi_security' })[1]
  local answer = client and client:request_sync('workspace/textDocumentContent', { uri = uri }, 5000, event.buf)
  if not answer or answer.err then
    return event.is_quiet or vim.notify('There is no such page, or no server that has it: ' .. uri, vim.log.levels.WARN)
  end
  vim.bo[event.buf].modifiable = true
  vim.api.nvim_buf_set_lines(event.buf, 0, -1, false, vim.split(answer.result.text, '\n', { trimempty = true }))
  local options = { buftype = 'nofile', swapfile = false, modified = false, modifiable = false, filetype = 'markdown' }
  for name, value in pairs(options) do
    vim.bo[event.buf][name] = value
  end
end

vim.api.nvim_create_autocmd('BufReadCmd', {
  group = vim.api.nvim_create_augroup('asyncapi_security', {}),
  pattern = PAGES,
  callback = read_page,
})

--- The server says that a report is another one now.
local function refresh_page(_, params)
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_is_loaded(buffer) and vim.api.nvim_buf_get_name(buffer) == params.uri then
      vim.schedule(function()
        -- The server may have gone meanwhile, which is no news.
        read_page({ buf = buffer, is_quiet = true })
      end)
    end
  end
  return vim.NIL
end

--- Runs a command of the server about the document and the place in it. Where it hands back a page, that is shown
--- beside the document.
local function run(client, buffer, name)
  local position = vim.lsp.util.make_position_params(0, client.offset_encoding).position
  local arguments = { vim.uri_from_bufnr(buffer), false, position }
  local command = { title = name, command = 'asyncapi-security.' .. name, arguments = arguments }
  client:exec_cmd(command, { bufnr = buffer }, function(failed, shown)
    if failed then
      vim.notify(failed.message, vim.log.levels.WARN)
    elseif shown and shown ~= vim.NIL then
      local page = vim.uri_to_bufnr(shown.uri)
      vim.cmd('rightbelow vsplit')
      vim.api.nvim_win_set_buf(0, page)
      vim.cmd.wincmd('p')
    end
  end)
end

-- The commands of a buffer, `:LspAsyncapiSecurityReport` and so on, by what they run.
local COMMANDS = {
  Report = { 'report', 'Security report beside the document' },
  Changes = { 'changes', 'What changed in who gets in since the last commit' },
  Explain = { 'explain', 'The page of the rule of the finding here' },
  FixAll = { 'fixAll', 'Fix all that is safe to fix' },
  Migrate = { 'migrate', 'Turn the document into one of the other major version' },
}

--- What the lens of a scheme or scope does: the places that use it go into the quickfix list.
local function show_references(command, context)
  local client = vim.lsp.get_client_by_id(context.client_id)
  local places = command.arguments[3]
  if not client or #places == 0 then
    vim.notify(command.title)
    return
  end
  local items = vim.lsp.util.locations_to_items(places, client.offset_encoding)
  vim.fn.setqflist({}, ' ', { title = command.title, items = items })
  if #items == 1 then
    vim.cmd.cfirst()
  else
    vim.cmd('botright copen')
  end
end

---@type vim.lsp.Config
return {
  cmd = { 'asyncapi-security-lsp', 'lsp', '--stdio' },
  -- TOML for the settings file alone, which has `asyncapi` in its name.
  filetypes = { 'yaml', 'json', 'jsonc', 'toml', 'yaml.asyncapi', 'json.asyncapi' },
  -- Not calling `on_dir` is how Neovim is told to start nothing.
  root_dir = function(buffer, on_dir)
    local root, is_beside = root_of(buffer)
    if is_ours(buffer, is_beside) then
      on_dir(root)
    end
  end,
  settings = { asyncapiSecurity = vim.empty_dict() },
  -- What the server may rely on beside what Neovim says of itself: the page and the command above. Told to ask for
  -- problems anew, Neovim 0.12 does not ask for those of open buffers, so they would be out of date after a change in
  -- another file. Without this ability they are sent to it.
  -- Neovim applies changes of several files, new ones too, but does not say so; they are then not offered.
  capabilities = {
    workspace = {
      textDocumentContent = vim.empty_dict(),
      diagnostics = { refreshSupport = false },
      workspaceEdit = { documentChanges = true },
    },
    experimental = { commands = { commands = { 'asyncapi-security.showReferences' } } },
  },
  commands = { ['asyncapi-security.showReferences'] = show_references },
  handlers = { ['workspace/textDocumentContent/refresh'] = refresh_page },
  on_attach = function(client, buffer)
    for name, command in pairs(COMMANDS) do
      vim.api.nvim_buf_create_user_command(buffer, 'LspAsyncapiSecurity' .. name, function()
        run(client, buffer, command[1])
      end, { desc = command[2] })
    end
  end,
}
