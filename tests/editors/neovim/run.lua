-- What a user of Neovim sees in a broken document. $WORKSPACE is a copy of fixtures/ that may be written to.
local report = dofile(vim.fs.dirname(debug.getinfo(1, 'S').source:sub(2)) .. '/report.lua')
local check, wait = report.check, report.wait
local workspace = os.getenv('WORKSPACE')
local ERROR = vim.diagnostic.severity.ERROR

local function open(name)
  vim.cmd.edit(vim.fs.joinpath(workspace, name))
  return vim.api.nvim_get_current_buf()
end

local function clients(buffer)
  return vim.lsp.get_clients({ name = 'asyncapi_security', bufnr = buffer })
end

--- Line and byte column of a text that stands once in the buffer, both from 0.
local function find(buffer, text)
  for number, line in ipairs(vim.api.nvim_buf_get_lines(buffer, 0, -1, false)) do
    local from = line:find(text, 1, true)
    if from then
      return number - 1, from - 1
    end
  end
  error('not in the document: ' .. text)
end

local function errors(buffer)
  return vim.diagnostic.get(buffer, { severity = ERROR })
end

--- What is marked, cut out of the buffer with the range that Neovim made of the server's positions.
local function marked(buffer, d)
  return table.concat(vim.api.nvim_buf_get_text(buffer, d.lnum, d.col, d.end_lnum, d.end_col, {}), '\n')
end

local function describe(buffer)
  local lines = {}
  for _, d in ipairs(vim.diagnostic.get(buffer)) do
    local place = ('%d:%d'):format(d.lnum + 1, d.col + 1)
    lines[#lines + 1] = ('%s %s [%s] %s %s'):format(
      place,
      vim.diagnostic.severity[d.severity],
      marked(buffer, d),
      tostring(d.code),
      d.message
    )
  end
  return '\n       ' .. table.concat(lines, '\n       ')
end

--- The error with this code on this text, which has to start at this text's place.
local function error_at(buffer, code, text, anchor)
  local line, column = find(buffer, anchor or text)
  for _, d in ipairs(errors(buffer)) do
    if d.code == code and d.lnum == line and d.col == column and marked(buffer, d) == text then
      return d
    end
  end
end

--- Asks as the editor does, at a place of its own (line and byte column).
local function ask(client, buffer, method, line, column)
  vim.api.nvim_win_set_cursor(0, { line + 1, column })
  local params = vim.lsp.util.make_position_params(0, client.offset_encoding)
  local answer, why = client:request_sync(method, params, 10000, buffer)
  if not answer or answer.err then
    report.line('     ' .. method .. ': ' .. vim.inspect(answer and answer.err or why))
    return nil
  end
  return answer.result
end

local function labels(result)
  local names = {}
  for _, item in ipairs(result and (result.items or result) or {}) do
    names[#names + 1] = item.label
  end
  return names
end

-- A file of another kind first: had it got a client, it would be there by the time the next one is.
local compose = open('docker-compose.yml')
local buffer = open('broken.asyncapi.yaml')

if not check('a client starts for the document', wait(function()
  return #clients(buffer) == 1 and clients(buffer)[1].initialized
end)) then
  report.finish()
end
local client = clients(buffer)[1]
check('the server is `asyncapi-security-lsp`', (client.server_info or {}).name == 'asyncapi-security-lsp', vim.inspect((client.server_info or {}).name))
check('positions are counted in UTF-8', client.offset_encoding == 'utf-8', client.offset_encoding)

local FLOW, URL = 'oauth2-flow-missing-field', 'url-not-absolute'
local DISCOVERY = '/.well-known/openid-configuration'
local GUESTS = 'guests.example.com/.well-known/openid-configuration'
local PARTNERS = 'openIdConnectUrl: /'

if not check('four errors are shown', wait(function()
  return #errors(buffer) >= 4
end) and #errors(buffer) == 4, describe(buffer)) then
  report.finish()
end
local flow = error_at(buffer, FLOW, 'authorizationCode')
check('the flow without `tokenUrl`', flow and flow.message:find('tokenUrl', 1, true) ~= nil, flow and flow.message)
local partners_line, partners_column = find(buffer, PARTNERS)
local relative = vim.tbl_filter(function(d)
  return d.code == URL and d.lnum == partners_line and marked(buffer, d) == DISCOVERY
end, errors(buffer))[1]
check('the relative URL', relative and relative.col == partners_column + #PARTNERS - 1, relative and relative.message)
local guests = error_at(buffer, URL, GUESTS)
check('the URL behind an umlaut and an emoji', guests ~= nil, guests and ('column %d'):format(guests.col))
local typo_line = find(buffer, 'tpye')
local typo = vim.tbl_filter(function(d)
  local named = vim.startswith(d.code or '', 'security-scheme-')
  return named and (d.lnum == typo_line or d.lnum == typo_line - 1)
end, errors(buffer))[1]
check('the scheme with `tpye`', typo ~= nil, typo and typo.code .. ' ' .. typo.message)
check('every diagnostic names its source', vim.iter(vim.diagnostic.get(buffer)):all(function(d)
  return d.source == 'asyncapi-security' and #d.message > 0
end))

-- The places are asked for with what stands before them, for `type: oauth2` would do in more than one place.
local line, column = find(buffer, 'oauth2')
local hover = ask(client, buffer, 'textDocument/hover', line, column + 2)
local words = hover and type(hover.contents) == 'table' and hover.contents.value or ''
check('hover on `oauth2` explains it', words:lower():find('oauth', 1, true) ~= nil and #words > 40, vim.inspect(words:sub(1, 60)))

line, column = find(buffer, 'type: openIdConnect')
local types = labels(ask(client, buffer, 'textDocument/completion', line, column + #'type: '))
check(
  'completion behind `type: ` lists scheme types',
  vim.tbl_contains(types, 'oauth2') and vim.tbl_contains(types, 'scramSha512') and not vim.tbl_contains(types, 'object'),
  table.concat(types, ', ')
)

line = find(buffer, '          authorizationUrl')
vim.api.nvim_buf_set_lines(buffer, line + 1, line + 1, false, { '          tokenUrl: https://login.example.com/token' })
check('a token URL typed in clears its error only', wait(function()
  return #errors(buffer) == 3
end) and not error_at(buffer, FLOW, 'authorizationCode') and error_at(buffer, URL, GUESTS) ~= nil, #errors(buffer) .. ' errors')

-- Behind the emoji on the same line: a change and a place that go wrong where characters are counted otherwise.
line, column = find(buffer, GUESTS)
vim.api.nvim_buf_set_text(buffer, line, column, line, column, { 'é.' })
check('an edit behind the emoji moves the error with the text', wait(function()
  return vim.iter(errors(buffer)):any(function(d)
    return d.lnum == line and marked(buffer, d) == 'é.' .. GUESTS
  end)
end), describe(buffer))
vim.api.nvim_buf_set_text(buffer, line, column, line, column + #'é.', { 'https://' })
check('made absolute, it is an error no more', wait(function()
  return #errors(buffer) == 2
end), #errors(buffer) .. ' errors')

line, column = find(buffer, PARTNERS)
vim.api.nvim_buf_set_text(buffer, line, column + #PARTNERS - 1, line, column + #PARTNERS - 1, { 'https://partners.example.com' })
line, column = find(buffer, 'tpye')
vim.api.nvim_buf_set_text(buffer, line, column, line, column + 4, { 'type' })
check('with the rest mended no error is left', wait(function()
  return #errors(buffer) == 0
end), #errors(buffer) .. ' errors')
vim.cmd('silent! edit!')
check('reading the file again brings them back', wait(function()
  return #errors(buffer) == 4
end), #errors(buffer) .. ' errors')

local range = { start = { line = 0, character = 0 }, ['end'] = { line = 1000, character = 0 } }
local hints = client:request_sync('textDocument/inlayHint', { textDocument = { uri = vim.uri_from_bufnr(buffer) }, range = range }, 10000, buffer)
local hint = hints and hints.result and hints.result[1]
check('a hint says what a client needs', hint ~= nil and vim.startswith(hint.label, 'needs '), vim.inspect(hint and hint.label))

-- The lens as Neovim itself runs it: resolved, then its command.
local lenses = client:request_sync('textDocument/codeLens', { textDocument = { uri = vim.uri_from_bufnr(buffer) } }, 10000, buffer)
local used = vim.iter(lenses and lenses.result or {}):map(function(lens)
  local resolved = client:request_sync('codeLens/resolve', lens, 10000, buffer)
  return resolved and resolved.result
end):find(function(lens)
  return lens and lens.command.title == 'used once'
end)
if check('a lens counts uses', used ~= nil) then
  vim.fn.setqflist({})
  client:exec_cmd(used.command, { bufnr = buffer })
  local listed = vim.fn.getqflist()
  local place, cursor = listed[1] or {}, vim.api.nvim_win_get_cursor(0)
  check('and goes to the only one', #listed == 1 and place.bufnr == buffer and cursor[1] == place.lnum, vim.inspect({ place.bufnr, buffer, place.lnum, cursor }))
end
local at, behind = find(buffer, 'employees:')
check('names are coloured', wait(function()
  local tokens = vim.lsp.semantic_tokens.get_at_pos(buffer, at, behind)
  return tokens ~= nil and #tokens > 0 and tokens[1].type == 'class' and tokens[1].modifiers.declaration
end))

client:exec_cmd({ title = '', command = 'asyncapi-security.openRule', arguments = { URL } }, { bufnr = buffer })
check('the page of a rule opens', wait(function()
  return vim.api.nvim_buf_get_name(0) == 'asyncapi-security:/rules/' .. URL .. '.md'
end), vim.api.nvim_buf_get_name(0))
check('and has its text', vim.api.nvim_buf_get_lines(0, 0, 1, false)[1] == '# `' .. URL .. '`', vim.inspect(vim.api.nvim_buf_get_lines(0, 0, 2, false)))
check('as Markdown that cannot be edited', vim.bo.filetype == 'markdown' and not vim.bo.modifiable)

vim.api.nvim_set_current_buf(buffer)
vim.cmd('LspAsyncapiSecurityReport')
local function page_at(start)
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    local page = vim.api.nvim_win_get_buf(window)
    if vim.api.nvim_buf_get_name(page):find('asyncapi-security:/' .. start, 1, true) == 1 then
      return page
    end
  end
end
local function report_page()
  return page_at('report/')
end
check('the security report opens beside the document', wait(function()
  return report_page() ~= nil and vim.api.nvim_get_current_buf() == buffer
end))
local function reported(words)
  return function()
    return table.concat(vim.api.nvim_buf_get_lines(report_page() or buffer, 0, -1, false), '\n'):find(words, 1, true) ~= nil
  end
end
check('and has its text', wait(reported('# Security of')), vim.inspect(report_page()))
local schemes = find(buffer, 'securitySchemes:')
vim.api.nvim_buf_set_lines(buffer, schemes + 1, schemes + 1, false, { '    newcomer: {type: X509}' })
check('and follows what is typed', wait(reported('newcomer')))
vim.cmd('silent! undo')

vim.api.nvim_win_set_cursor(0, { find(buffer, 'openIdConnectUrl: /') + 1, 0 })
vim.cmd('LspAsyncapiSecurityExplain')
check('the rule of a finding in the line is explained', wait(function()
  return page_at('rules/' .. URL) ~= nil
end))
vim.cmd('LspAsyncapiSecurityChanges')
check('what changed is told, or why not', wait(function()
  local page = page_at('changes/')
  return page and vim.api.nvim_buf_get_lines(page, 0, 1, false)[1]:find('since the last commit', 1, true) ~= nil
end))
local old_text = { 'asyncapi: 2.6.0', 'info: {title: Old, version: 1.0.0}', 'channels: {}' }
old_text[4] = 'components: {securitySchemes: {login: {type: http, scheme: Bearer}}}'
vim.fn.writefile(old_text, vim.fs.joinpath(workspace, 'old.asyncapi.yaml'))
local old = open('old.asyncapi.yaml')
local function has(words)
  return function()
    return table.concat(vim.api.nvim_buf_get_lines(old, 0, -1, false), '\n'):find(words, 1, true) ~= nil
  end
end
wait(function()
  return #clients(old) == 1
end)
vim.cmd('LspAsyncapiSecurityFixAll')
check('all that is safe is fixed', wait(has('scheme: bearer')))
vim.cmd('LspAsyncapiSecurityMigrate')
check('a document is migrated', wait(has('asyncapi: 3.0.0')))
vim.cmd('silent! bwipeout!')

local fragment = open('fragment.yaml')
check('a file with a scheme alone gets the same client', wait(function()
  return #clients(fragment) == 1 and clients(fragment)[1].id == client.id
end))
check('no client in docker-compose.yml', #clients(compose) == 0 and #vim.diagnostic.get(compose) == 0)

client:stop()
check('the server stops when asked', vim.wait(10000, function()
  return _G.exits[client.id] ~= nil and #clients() == 0
end, 5))
local exit = _G.exits[client.id] or {}
check('and exits with 0', exit.code == 0 and exit.signal == 0, vim.inspect(exit.code))
report.finish()
